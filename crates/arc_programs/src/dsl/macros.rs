//! How a primitive is declared: once.

/// Declares the primitives of a family.
///
/// ```text
/// primitives! {
///     /// What it means. What it yields when it fails needs no word unless it
///     /// surprises: the default follows from the hints.
///     #[example("add(2, (3, 4))" => "(5, 6)")]
///     #[alias(plus)]
///     fn add(context, a: Numerical, b: Numerical) -> Numerical {
///         // Any operator may fail with `?`; the call then yields its default.
///         number::add(a, b)
///     }
/// }
/// ```
///
/// In the body, parameters are `&Value`, `context` is `&mut Context` (write `_`
/// where it is not needed), and the result is an [`Outcome`]. From it come
///
/// - a total function `add(context, a, b) -> Value` for other primitives: one
///   that fails inside yields its own default and the outer one goes on, as in
///   the reference, which wraps them all;
/// - an entry in the family's `PRIMITIVES`, and one for the alias.
///
/// A parameter's default is written `key: Any = identity`, by a primitive's
/// name. Names that Rust keeps for itself are written raw: `r#move`, `r#type`.
///
/// [`Outcome`]: crate::value::Outcome
macro_rules! primitives {
    (@default) => { None };
    (@default $default:ident) => { Some(stringify!($default)) };
    ($(
        $(#[doc = $documentation:literal])+
        $(#[example($call:literal => $result:literal)])+
        $(#[alias($alias:ident)])?
        fn $name:ident($context:tt $(, $parameter:ident: $hint:ident $(= $default:ident)?)* $(,)?)
            -> $returned:ident
        $body:block
    )*) => {
        /// The primitives of this family.
        pub(super) const PRIMITIVES: &[$crate::dsl::table::Primitive] = &[
            $(
                declared::$name::ENTRY,
                $(declared::$name::ENTRY.renamed(stringify!($alias)),)?
            )*
        ];

        /// The entries, each in a module with the primitive's name: a parameter
        /// may have that name too, and must not be taken for a constant.
        mod declared {
            $(
                pub(super) mod $name {
                    use $crate::dsl::hint::Hint;
                    use $crate::dsl::macros::{plain, primitives};
                    use $crate::dsl::table::{Default, Parameter, Primitive};
                    use $crate::value::Failure;

                    const PARAMETERS: &[Parameter] = &[$(
                        Parameter {
                            name: plain(stringify!($parameter)),
                            hint: Hint::$hint,
                            default: primitives!(@default $($default)?),
                        },
                    )*];
                    const DEFAULT: Default = Default::of(PARAMETERS, Hint::$returned);
                    pub(in super::super) const ENTRY: Primitive = Primitive {
                        name: plain(stringify!($name)),
                        parameters: PARAMETERS,
                        returned: Hint::$returned,
                        default: DEFAULT,
                        documentation: concat!($($documentation, "\n"),+),
                        examples: &[$(($call, $result)),+],
                        function: |context, arguments| match arguments {
                            [$($parameter),*] => super::super::$name(context $(, $parameter)*),
                            _ => context.settle(Err(Failure::ArgumentCount), DEFAULT),
                        },
                    };
                }
            )*
        }

        $(
            $(#[doc = $documentation])+
            pub(in $crate::dsl) fn $name(
                context: &mut $crate::dsl::context::Context
                $(, $parameter: &$crate::value::Value)*
            ) -> $crate::value::Value {
                fn body(
                    $context: &mut $crate::dsl::context::Context
                    $(, $parameter: &$crate::value::Value)*
                ) -> $crate::value::Outcome
                $body
                let outcome = match context.spend(1) {
                    Ok(()) => body(context $(, $parameter)*),
                    Err(failure) => Err(failure),
                };
                context.settle(outcome, declared::$name::ENTRY.default)
            }
        )*
    };
}

pub(super) use primitives;

/// An identifier's name, without the mark of a raw one.
pub(super) const fn plain(identifier: &str) -> &str {
    match identifier.as_bytes() {
        [b'r', b'#', ..] => identifier.split_at(2).1,
        _ => identifier,
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn raw_identifiers_lose_their_mark() {
        assert_eq!(plain(stringify!(r#move)), "move");
        assert_eq!(plain(stringify!(rotate)), "rotate");
    }
}
