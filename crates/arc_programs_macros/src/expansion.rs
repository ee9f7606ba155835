//! A family's declaration, turned into functions and entries.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{Error, Ident, Path, Result};

use crate::declaration::{Body, Family, Parameter, Primitive, beside};

/// The module with a total function for each primitive and the list of entries.
pub(crate) fn expand(family: &Family) -> Result<TokenStream> {
    let Family {
        attributes,
        visibility,
        name,
        imports,
        primitives,
    } = family;
    let mut functions = Vec::new();
    let mut entries = Vec::new();
    for primitive in primitives {
        functions.push(function(primitive, family)?);
        let entry = entry_name(&primitive.name);
        entries.push(quote!(#entry));
        if let Some(alias) = &primitive.alias {
            let alias = plain(alias);
            entries.push(quote!(#entry.renamed(#alias)));
        }
    }
    Ok(quote! {
        #(#attributes)*
        #visibility mod #name {
            #(#imports)*

            /// The primitives of this family, in the order of their
            /// declarations.
            pub(crate) const PRIMITIVES: &[crate::dsl::Primitive] = &[#(#entries),*];

            #(#functions)*
        }
    })
}

/// What is made of one primitive: its total function, its body, its entry.
fn function(primitive: &Primitive, family: &Family) -> Result<TokenStream> {
    let Primitive {
        documentation,
        name,
        parameters,
        ..
    } = primitive;
    let names: Vec<&Ident> = parameters.iter().map(|own| &own.name).collect();
    let entry_name = entry_name(name);
    let outcome = beside(&body_of(primitive, family)?, body_name);
    let body = body(primitive);
    let entry = entry(primitive);
    Ok(quote! {
        #(#documentation)*
        pub(crate) fn #name(
            context: &mut crate::dsl::Context,
            #(#names: &crate::value::Value),*
        ) -> crate::value::Value {
            let outcome = match context.spend(1) {
                Ok(()) => #outcome(context, #(#names),*),
                Err(failure) => Err(failure),
            };
            context.settle(outcome, #entry_name.on_failure)
        }

        #body

        #entry
    })
}

/// The primitive whose body a primitive has.
fn body_of(primitive: &Primitive, family: &Family) -> Result<Path> {
    let Body::Of(path) = &primitive.body else {
        return Ok(primitive.name.clone().into());
    };
    let Some(name) = path.get_ident() else {
        // The compiler looks for it, and counts its parameters.
        return Ok(path.clone());
    };
    let other = family.primitives.iter().find(|other| other.name == *name);
    let Some(other) = other.filter(|other| matches!(other.body, Body::Own(_))) else {
        let message =
            format!("expected a primitive of this module that has a body, found `{name}`");
        return Err(Error::new(name.span(), message));
    };
    let (own, theirs) = (primitive.parameters.len(), other.parameters.len());
    if own != theirs {
        let message = format!(
            "the body of `{name}` takes {theirs} arguments, `{}` has {own}",
            primitive.name
        );
        return Err(Error::new(name.span(), message));
    }
    Ok(other.name.clone().into())
}

/// The body of a primitive that has its own.
fn body(primitive: &Primitive) -> Option<TokenStream> {
    let Body::Own(body) = &primitive.body else {
        return None;
    };
    let others = &primitive.others;
    let name = body_name(&primitive.name);
    let context = match &primitive.context {
        Some(context) => {
            let (name, given_as) = (&context.name, &context.given_as);
            quote!(#name: #given_as)
        }
        None => quote!(_: &mut crate::dsl::Context),
    };
    let names = primitive.parameters.iter().map(|own| &own.name);
    Some(quote! {
        #(#others)*
        pub(crate) fn #name(#context, #(#names: &crate::value::Value),*) -> crate::value::Outcome #body
    })
}

/// The entry in the table.
fn entry(primitive: &Primitive) -> TokenStream {
    let Primitive { name, returned, .. } = primitive;
    let entry = entry_name(name);
    let text = plain(name);
    let parameters = primitive.parameters.iter().map(parameter);
    let documentation = primitive.documentation.iter().map(|line| {
        let text = line.meta.require_name_value().map(|line| &line.value);
        text.map_or_else(Error::into_compile_error, |text| quote!(#text))
    });
    let documentation = match primitive.elsewhere() {
        Some(other) if primitive.documentation.is_empty() => {
            let other = beside(other, entry_name);
            quote!(#other.documentation)
        }
        _ => quote!(concat!(#(#documentation, "\n"),*)),
    };
    let examples = primitive.examples.iter().map(|example| {
        let (call, result) = (&example.call, &example.result);
        quote!((#call, #result))
    });
    let examples = match primitive.elsewhere() {
        Some(other) if primitive.examples.is_empty() => {
            let other = beside(other, entry_name);
            quote!(#other.examples)
        }
        _ => quote!(&[#(#examples),*]),
    };
    let known = |known: &Option<TokenStream>, of: TokenStream| match known {
        Some(known) => quote!(Some(crate::dsl::#of::#known)),
        None => quote!(None),
    };
    let makes = match (&primitive.makes, primitive.elsewhere()) {
        (None, Some(other)) => {
            let other = beside(other, entry_name);
            quote!(#other.makes)
        }
        (makes, _) => known(makes, quote!(Made)),
    };
    let finds = known(&primitive.finds, quote!(Finds));
    let at_once = |own: &Option<TokenStream>, name: &str| match (own, primitive.elsewhere()) {
        (Some(function), _) => quote!(Some(#function)),
        (None, Some(other)) => {
            let (other, name) = (beside(other, entry_name), format_ident!("{name}"));
            quote!(#other.#name)
        }
        (None, None) => quote!(None),
    };
    let on_pairs = at_once(&primitive.on_pairs, "on_pairs");
    let on_each = at_once(&primitive.on_each, "on_each");
    let in_columns = in_columns(primitive);
    let fails_alike = match (&primitive.body, primitive.fails_alike) {
        (Body::Of(other), false) => {
            let other = beside(other, entry_name);
            quote!(#other.fails_alike)
        }
        (_, fails_alike) => quote!(#fails_alike),
    };
    // The parameters' own names may be those of constants.
    let arguments: Vec<Ident> = (0..primitive.parameters.len())
        .map(|place| format_ident!("argument_{place}"))
        .collect();
    quote! {
        pub(crate) const #entry: crate::dsl::Primitive = {
            const PARAMETERS: &[crate::dsl::Parameter] = &[#(#parameters),*];
            const MAKES: Option<crate::dsl::Made> = #makes;
            const ON_FAILURE: crate::dsl::FailureValue = crate::dsl::FailureValue::of(
                PARAMETERS,
                crate::dsl::hint::Hint::#returned,
            );
            crate::dsl::Primitive {
                name: #text,
                parameters: PARAMETERS,
                returned: crate::dsl::hint::Hint::#returned,
                on_failure: ON_FAILURE,
                makes: MAKES,
                finds: #finds,
                on_pairs: #on_pairs,
                on_each: #on_each,
                // Those that make a function of the ones that they are given call none.
                calls_a_function: MAKES.is_none()
                    && crate::dsl::Parameter::any_is_a_function(PARAMETERS),
                in_columns: #in_columns,
                fails_alike: #fails_alike,
                documentation: #documentation,
                examples: #examples,
                function: |context, arguments| match arguments {
                    [#(#arguments),*] => #name(context, #(#arguments),*),
                    _ => context.settle(Err(crate::value::Failure::ArgumentCount), ON_FAILURE),
                },
            }
        };
    }
}

/// Its way in columns: its own, or that of the primitive whose body it has.
fn in_columns(primitive: &Primitive) -> TokenStream {
    match (&primitive.in_columns, &primitive.body) {
        (Some(made), _) => {
            let names = primitive.parameters.iter().map(|own| &own.name);
            quote! {
                Some(|columns, arguments| {
                    // Not all ask for their number.
                    let _ = &columns;
                    match *arguments {
                        [#(#names),*] => #made,
                        _ => None,
                    }
                })
            }
        }
        (None, Body::Of(other)) => {
            let other = beside(other, entry_name);
            quote!(#other.in_columns)
        }
        (None, Body::Own(_)) => quote!(None),
    }
}

fn parameter(parameter: &Parameter) -> TokenStream {
    let name = plain(&parameter.name);
    let hint = &parameter.hint;
    let default = match &parameter.default {
        Some(default) => {
            let default = plain(default);
            quote!(Some(#default))
        }
        None => quote!(None),
    };
    quote! {
        crate::dsl::Parameter {
            name: #name,
            hint: crate::dsl::hint::Hint::#hint,
            default: #default,
        }
    }
}

/// A name as programs write it, without the mark of a raw identifier.
fn plain(name: &Ident) -> String {
    name.unraw().to_string()
}

/// The name of a body: what a call comes to before its failure is settled.
fn body_name(primitive: &Ident) -> Ident {
    format_ident!("{}_outcome", primitive.unraw(), span = primitive.span())
}

/// The name of an entry.
fn entry_name(primitive: &Ident) -> Ident {
    format_ident!(
        "{}_ENTRY",
        plain(primitive).to_uppercase(),
        span = primitive.span()
    )
}
