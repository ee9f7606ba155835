//! A family's declaration, read.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Error, Ident, LitStr, Path, Result, Token, Type, Visibility, braced, parenthesized,
};

/// A module of primitives.
pub(crate) struct Family {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    /// What is no primitive: imports.
    pub(crate) imports: Vec<TokenStream>,
    pub(crate) primitives: Vec<Primitive>,
}

/// A primitive, as it is written.
pub(crate) struct Primitive {
    pub(crate) documentation: Vec<Attribute>,
    pub(crate) examples: Vec<Example>,
    pub(crate) alias: Option<Ident>,
    /// A variant of `dsl::Made`, with its fields.
    pub(crate) makes: Option<TokenStream>,
    /// A variant of `dsl::Finds`, with its fields.
    pub(crate) finds: Option<TokenStream>,
    /// What it yields in columns, its parameters being columns.
    pub(crate) in_columns: Option<TokenStream>,
    /// Whether its calls on arguments of the same kinds fail alike.
    pub(crate) fails_alike: bool,
    /// The function that calls it on every pair of items at once.
    pub(crate) on_pairs: Option<TokenStream>,
    /// The function that calls it on a value and every item of a container at once.
    pub(crate) on_each: Option<TokenStream>,
    /// The attributes that are none of ours.
    pub(crate) others: Vec<Attribute>,
    pub(crate) name: Ident,
    pub(crate) context: Option<Context>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) returned: Ident,
    pub(crate) body: Body,
}

/// A call, and what it yields.
pub(crate) struct Example {
    pub(crate) call: LitStr,
    pub(crate) result: LitStr,
}

/// The first parameter, where a body asks for the context.
pub(crate) struct Context {
    pub(crate) name: Ident,
    pub(crate) given_as: Type,
}

/// A parameter of a primitive.
pub(crate) struct Parameter {
    pub(crate) name: Ident,
    pub(crate) hint: Ident,
    pub(crate) default: Option<Ident>,
}

/// What a call does.
pub(crate) enum Body {
    /// What stands in its braces, with them.
    Own(TokenTree),
    /// What the body of another primitive does, of this module or of another.
    Of(Path),
}

impl Primitive {
    /// The primitive of another module whose body it has: what is not said of this one
    /// is said of that one.
    pub(crate) fn elsewhere(&self) -> Option<&Path> {
        match &self.body {
            Body::Of(path) if path.get_ident().is_none() => Some(path),
            _ => None,
        }
    }
}

/// The path of what belongs to a primitive, by the path of the primitive and the name
/// of what belongs to it.
pub(crate) fn beside(primitive: &Path, name: impl Fn(&Ident) -> Ident) -> Path {
    let mut path = primitive.clone();
    if let Some(last) = path.segments.last_mut() {
        last.ident = name(&last.ident);
    }
    path
}

/// Refuses arguments of the attribute, which has none.
pub(crate) fn no_arguments(arguments: TokenStream) -> Result<()> {
    match arguments.is_empty() {
        true => Ok(()),
        false => Err(Error::new_spanned(
            arguments,
            "`#[primitives]` takes no arguments: remove them",
        )),
    }
}

impl Parse for Family {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        input.parse::<Token![mod]>()?;
        let name = input.parse()?;
        let inside;
        braced!(inside in input);
        let mut imports = Vec::new();
        let mut primitives = Vec::new();
        while !inside.is_empty() {
            let attributes = inside.call(Attribute::parse_outer)?;
            if inside.peek(Token![use]) {
                imports.push(import(&attributes, &inside)?);
            } else if inside.peek(Token![fn]) {
                primitives.push(Primitive::parse(attributes, &inside)?);
            } else {
                return Err(inside.error(
                    "expected `use` or a primitive, `fn name(…) -> Hint`; \
                     all else belongs beside the module",
                ));
            }
        }
        Ok(Family {
            attributes,
            visibility,
            name,
            imports,
            primitives,
        })
    }
}

/// An import, up to its semicolon.
fn import(attributes: &[Attribute], input: ParseStream<'_>) -> Result<TokenStream> {
    let mut import = TokenStream::new();
    for attribute in attributes {
        quote::ToTokens::to_tokens(attribute, &mut import);
    }
    loop {
        let is_last = input.peek(Token![;]);
        import.extend([input.parse::<TokenTree>()?]);
        if is_last {
            return Ok(import);
        }
    }
}

impl Primitive {
    /// The primitive behind these attributes.
    fn parse(attributes: Vec<Attribute>, input: ParseStream<'_>) -> Result<Self> {
        let mut documentation = Vec::new();
        let mut examples = Vec::new();
        let mut alias = None;
        let mut body_of = None;
        let (mut makes, mut finds, mut in_columns) = (None, None, None);
        let (mut on_pairs, mut on_each) = (None, None);
        let mut fails_alike = false;
        let mut others = Vec::new();
        for attribute in attributes {
            let path = attribute.path();
            if path.is_ident("doc") {
                documentation.push(attribute);
            } else if path.is_ident("example") {
                examples.push(attribute.parse_args()?);
            } else if path.is_ident("alias") {
                only(&mut alias, &attribute, Ident::parse_any)?;
            } else if path.is_ident("body_of") {
                only(&mut body_of, &attribute, Path::parse_mod_style)?;
            } else if path.is_ident("makes") {
                only(&mut makes, &attribute, TokenStream::parse)?;
            } else if path.is_ident("finds") {
                only(&mut finds, &attribute, TokenStream::parse)?;
            } else if path.is_ident("in_columns") {
                only(&mut in_columns, &attribute, TokenStream::parse)?;
            } else if path.is_ident("fails_alike") {
                attribute.meta.require_path_only()?;
                fails_alike = true;
            } else if path.is_ident("on_pairs") {
                only(&mut on_pairs, &attribute, TokenStream::parse)?;
            } else if path.is_ident("on_each") {
                only(&mut on_each, &attribute, TokenStream::parse)?;
            } else {
                others.push(attribute);
            }
        }
        input.parse::<Token![fn]>()?;
        let name: Ident = input.parse()?;
        let missing = |what| Err(Error::new(name.span(), format!("`{name}` has no {what}")));
        // What another module says of a primitive holds for the one here.
        let is_elsewhere = |path: &Path| path.get_ident().is_none();
        let has_example = body_of.as_ref().is_some_and(is_elsewhere);
        if documentation.is_empty() && !has_example {
            return missing("meaning: write it above, `/// The sum of two numbers.`");
        }
        if examples.is_empty() && !has_example {
            return missing(
                "example: write a call and the canonical text of what it yields, \
                 `#[example(\"add(1, 2)\" => \"3\")]`",
            );
        }
        let (context, parameters) = parameters(input)?;
        if !input.peek(Token![->]) {
            return Err(input.error(
                "expected `-> ` and the hint on the result; where the reference has none, `Missing`",
            ));
        }
        input.parse::<Token![->]>()?;
        let returned = hint(input)?;
        let body = match (body_of, input.peek(Token![;])) {
            (Some(of), true) => {
                input.parse::<Token![;]>()?;
                Body::Of(of)
            }
            (None, false) if input.peek(syn::token::Brace) => Body::Own(input.parse()?),
            (Some(_), false) => {
                return Err(input.error("expected `;`: with `#[body_of(…)]` it has another's body"));
            }
            (None, _) => {
                return Err(input.error("expected a body, or `#[body_of(…)]` above and `;` here"));
            }
        };
        Ok(Primitive {
            documentation,
            examples,
            alias,
            others,
            name,
            context,
            parameters,
            returned,
            body,
            makes,
            finds,
            in_columns,
            fails_alike,
            on_pairs,
            on_each,
        })
    }
}

/// Reads what an attribute holds, of which there may be one.
fn only<T>(
    slot: &mut Option<T>,
    attribute: &Attribute,
    read: fn(ParseStream<'_>) -> Result<T>,
) -> Result<()> {
    let is_new = slot.is_none();
    *slot = Some(attribute.parse_args_with(read)?);
    match is_new {
        true => Ok(()),
        false => Err(Error::new_spanned(
            attribute,
            "there is one above: keep one",
        )),
    }
}

impl Parse for Example {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let call = input.parse()?;
        input.parse::<Token![=>]>()?;
        let result = input.parse()?;
        Ok(Example { call, result })
    }
}

/// What stands between the parentheses of a primitive.
fn parameters(input: ParseStream<'_>) -> Result<(Option<Context>, Vec<Parameter>)> {
    let inside;
    parenthesized!(inside in input);
    let mut context = None;
    let written = Punctuated::<Written, Token![,]>::parse_terminated(&inside)?;
    let mut parameters = Vec::new();
    for (place, written) in written.into_iter().enumerate() {
        match written {
            Written::Context(own) if place == 0 => context = Some(own),
            Written::Context(own) => {
                let message = "the context comes first, all other parameters are hinted";
                return Err(Error::new_spanned(own.given_as, message));
            }
            Written::Parameter(parameter) => parameters.push(parameter),
        }
    }
    Ok((context, parameters))
}

/// One of what stands between the parentheses.
enum Written {
    Context(Context),
    Parameter(Parameter),
}

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut default = None;
        for attribute in input.call(Attribute::parse_outer)? {
            match attribute.path().is_ident("default") {
                true => only(&mut default, &attribute, Ident::parse_any)?,
                false => {
                    let message = "expected `#[default(…)]`: parameters have no other attribute";
                    return Err(Error::new_spanned(attribute, message));
                }
            }
        }
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        if input.peek(Token![&]) {
            let given_as = input.parse()?;
            return Ok(Written::Context(Context { name, given_as }));
        }
        let hint = hint(input)?;
        Ok(Written::Parameter(Parameter {
            name,
            hint,
            default,
        }))
    }
}

/// A hint, by its name.
fn hint(input: ParseStream<'_>) -> Result<Ident> {
    input.parse().map_err(|error: Error| {
        let message = "expected a hint, one of `dsl::hint::Hint`, such as `Grid`";
        Error::new(error.span(), message)
    })
}
