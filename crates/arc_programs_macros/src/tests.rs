//! What is made of a declaration, and what is said of one that is none.

use proc_macro2::TokenStream;

use crate::expanded;

/// The text of what is made of a module with these primitives, without spaces.
fn made(primitives: &str) -> String {
    let made = outcome(primitives).expect("a declaration").to_string();
    without_spaces(&made)
}

fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}

fn outcome(primitives: &str) -> syn::Result<TokenStream> {
    let module = format!("mod declared {{ {primitives} }}");
    expanded(TokenStream::new(), module.parse().expect("Rust tokens"))
}

/// What is said of a primitive with this head.
fn complaint(primitive: &str) -> String {
    let text = format!("/// Meaning.\n#[example(\"f()\" => \"1\")] {primitive}");
    outcome(&text).expect_err("an error").to_string()
}

#[test]
fn a_primitive_becomes_a_function_a_body_and_an_entry() {
    let made = made(
        r#"
        use super::*;
        /// Further.
        #[example("move(1)" => "2")]
        #[alias(further)]
        #[makes(WithoutLast(0))]
        #[fails_alike]
        fn r#move(context: &mut Context, #[default(identity)] r#type: Grid) -> Any { body() }
        "#,
    );
    for part in [
        "use super :: * ;",
        "[MOVE_ENTRY , MOVE_ENTRY . renamed (\"further\")]",
        "pub (crate) fn r#move (context : & mut crate :: dsl :: Context , r#type : & crate",
        "fn move_outcome (context : & mut Context , r#type : & crate :: value :: Value",
        "{ body () }",
        "name : \"move\"",
        "name : \"type\"",
        "default : Some (\"identity\")",
        "hint : crate :: dsl :: hint :: Hint :: Grid",
        "(\"move(1)\" , \"2\")",
        "MAKES : Option < crate :: dsl :: Made > = Some (crate :: dsl :: Made :: WithoutLast (0))",
        "makes : MAKES",
        "finds : None",
        "fails_alike : true",
    ] {
        assert!(made.contains(&without_spaces(part)), "{part} in {made}");
    }
}

#[test]
fn a_body_serves_others() {
    let made = made(
        r#"
        /// One.
        #[example("one(1)" => "2")]
        #[fails_alike]
        fn one(a: Any) -> Any { body() }
        /// Two.
        #[example("two(1)" => "2")]
        #[body_of(one)]
        fn two(b: Tuple) -> Tuple;
        "#,
    );
    assert_eq!(made.matches("fnone_outcome").count(), 1);
    assert_eq!(made.matches("one_outcome(context").count(), 2);
    assert!(!made.contains("two_outcome"));
    assert!(made.contains("fails_alike:ONE_ENTRY.fails_alike"), "{made}");
}

#[test]
fn what_is_missing_is_named() {
    let error = |text| outcome(text).expect_err("an error").to_string();
    let unexplained = error(r#"#[example("f()" => "1")] fn f() -> Any { b() }"#);
    assert!(
        unexplained.starts_with("`f` has no meaning"),
        "{unexplained}"
    );
    let unshown = error("/// Meaning.\nfn f() -> Any { b() }");
    assert!(unshown.starts_with("`f` has no example"), "{unshown}");
    for (primitive, said) in [
        ("fn f(a: Vec<u8>) -> Any { b() }", "expected `,`"),
        ("fn f(a: (u8, u8)) -> Any { b() }", "expected a hint"),
        ("fn f(a: Any) { b() }", "the hint on the result"),
        ("fn f(a: Any) -> Any;", "expected a body"),
        ("#[body_of(g)] fn f(a: Any) -> Any { b() }", "expected `;`"),
        ("#[body_of(g)] fn f(a: Any) -> Any;", "found `g`"),
        (
            "fn f(a: Any, c: &mut Context) -> Any { b() }",
            "context comes first",
        ),
        (
            "fn f(#[key] a: Any) -> Any { b() }",
            "expected `#[default(…)]`",
        ),
        ("#[alias(g)] #[alias(h)] fn f() -> Any { b() }", "keep one"),
        (
            "#[fails_alike(a)] fn f(a: Any) -> Any { b() }",
            "unexpected token",
        ),
        (
            "fn f() -> Any { b() } struct Other;",
            "belongs beside the module",
        ),
    ] {
        let complaint = complaint(primitive);
        assert!(complaint.contains(said), "{complaint}");
    }
    let arguments = expanded(
        "fast".parse().expect("tokens"),
        "mod m {}".parse().expect("tokens"),
    );
    let arguments = arguments.expect_err("an error").to_string();
    assert!(arguments.contains("takes no arguments"), "{arguments}");
}

#[test]
fn a_body_is_shared_with_as_many_parameters() {
    let text = r#"
        /// One.
        #[example("one(1)" => "2")]
        fn one(a: Any) -> Any { body() }
        /// Two.
        #[example("two(1, 1)" => "2")]
        #[body_of(one)]
        fn two(a: Any, b: Any) -> Any;
    "#;
    let error = outcome(text).expect_err("an error").to_string();
    assert_eq!(error, "the body of `one` takes 1 arguments, `two` has 2");
}
