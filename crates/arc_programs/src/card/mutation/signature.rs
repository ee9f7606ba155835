//! What the calls of a card yield, as far as hints tell; of functions, what
//! they take and yield.

use std::sync::Arc;

use crate::dsl::constants;
use crate::dsl::hint::Hint;
use crate::dsl::table::{self, Primitive};

/// What a term of a card is.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// A value, by its hint.
    Value(Hint),
    /// A function.
    Function(Arc<Signature>),
}

/// What a function takes and yields.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// The parameters, those with defaults included.
    pub parameters: Vec<Type>,
    /// The result.
    pub result: Type,
}

impl Type {
    /// The type of a parameter, a primitive or a constant; `None` for any other
    /// name.
    pub fn of_name(name: &str) -> Option<Type> {
        match name {
            "S" => return Some(Type::Value(Hint::Samples)),
            "I" | "C" => return Some(Type::Value(Hint::Grid)),
            _ => {}
        }
        if let Some(primitive) = table::find(name).and_then(table::get) {
            return Some(Type::of_primitive(primitive));
        }
        constants::find(name)?;
        Some(Type::Value(constants::hint(name).unwrap_or(Hint::Integer)))
    }

    pub(super) fn of_primitive(primitive: &Primitive) -> Type {
        let parameters = primitive.parameters.iter();
        Type::Function(Arc::new(Signature {
            parameters: parameters.map(|own| Type::Value(own.hint)).collect(),
            result: Type::Value(primitive.returned),
        }))
    }

    pub(super) fn signature(&self) -> Option<&Arc<Signature>> {
        match self {
            Type::Function(signature) => Some(signature),
            Type::Value(_) => None,
        }
    }

    /// Whether what is of the offered type may stand where this is asked for:
    /// values by their hints; functions with as many parameters, each accepted
    /// likewise, and the result.
    pub fn accepts(&self, offered: &Type) -> bool {
        match (self, offered) {
            (Type::Value(asked), Type::Value(offered)) => asked.accepts(*offered),
            (Type::Value(asked), Type::Function(_)) => asked.accepts(Hint::Callable),
            (Type::Function(_), Type::Value(offered)) => *offered == Hint::Callable,
            (Type::Function(asked), Type::Function(offered)) => {
                let pairs = asked.parameters.iter().zip(&offered.parameters);
                asked.parameters.len() == offered.parameters.len()
                    && pairs
                        .into_iter()
                        .all(|(asked, offered)| asked.accepts(offered))
                    && asked.result.accepts(&offered.result)
            }
        }
    }
}

/// What a call yields: of a primitive that makes functions, the function that
/// follows from its arguments.
pub(super) fn of_call(callee_name: Option<&str>, callee: &Type, arguments: &[Type]) -> Type {
    let made = callee_name.and_then(|name| made_function(name, arguments));
    made.or_else(|| callee.signature().map(|signature| signature.result.clone()))
        .unwrap_or(Type::Value(Hint::Any))
}

/// The function that a maker of functions makes; `None` for any other
/// primitive, and where the signatures of its arguments are not known.
fn made_function(maker: &str, arguments: &[Type]) -> Option<Type> {
    let signature = |index: usize| arguments.get(index).and_then(Type::signature);
    let function = |parameters: &[Type], result: &Type| {
        Type::Function(Arc::new(Signature {
            parameters: parameters.to_vec(),
            result: result.clone(),
        }))
    };
    Some(match (maker, arguments.len()) {
        ("identity", 1) => arguments[0].clone(),
        ("rbind", 2) => {
            let bound = signature(0)?;
            let (_, rest) = bound.parameters.split_last()?;
            function(rest, &bound.result)
        }
        ("lbind", 2) => {
            let bound = signature(0)?;
            let (_, rest) = bound.parameters.split_first()?;
            function(rest, &bound.result)
        }
        ("power", 2) => arguments[0].clone(),
        ("matcher", 2) => function(&signature(0)?.parameters, &Type::Value(Hint::Boolean)),
        ("compose", 2) => function(&signature(1)?.parameters, &signature(0)?.result),
        ("chain", 3) => function(&signature(2)?.parameters, &signature(0)?.result),
        ("fork", 3) => function(&signature(1)?.parameters, &signature(0)?.result),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Type {
        Type::of_name(name).unwrap()
    }

    fn call(callee: &str, arguments: &[Type]) -> Type {
        of_call(Some(callee), &of(callee), arguments)
    }

    fn hints(of: &Type) -> (Vec<Hint>, Hint) {
        let hint = |of: &Type| match of {
            Type::Value(hint) => *hint,
            Type::Function(_) => Hint::Callable,
        };
        let signature = of.signature().unwrap();
        let parameters = signature.parameters.iter();
        (parameters.map(hint).collect(), hint(&signature.result))
    }

    #[test]
    fn made_functions_have_the_signature_that_follows() {
        let bound = call("rbind", &[of("fill"), of("I")]);
        assert_eq!(hints(&bound), (vec![Hint::Grid, Hint::C_], Hint::Grid));
        let bound = call("lbind", &[of("fill"), of("I")]);
        assert_eq!(hints(&bound), (vec![Hint::C_, Hint::Patch], Hint::Grid));
        let composed = call("compose", &[of("size"), of("palette_t")]);
        assert_eq!(hints(&composed), (vec![Hint::Tuple], Hint::Integer));
        let chained = call("chain", &[of("size"), of("toindices"), of("asobject")]);
        assert_eq!(hints(&chained), (vec![Hint::Grid], Hint::Integer));
        let matcher = call("matcher", &[of("color"), of("RED")]);
        assert_eq!(hints(&matcher), (vec![Hint::Object], Hint::Boolean));
        let forked = call("fork", &[of("equality"), of("rot90"), of("rot180")]);
        assert_eq!(hints(&forked), (vec![Hint::Grid], Hint::Boolean));
        assert_eq!(call("power", &[of("rot90"), of("TWO")]), of("rot90"));
        // What it does is not known: a function, and no more.
        let unknown = call("rbind", &[Type::Value(Hint::Any), of("I")]);
        assert_eq!(unknown, Type::Value(Hint::Callable));
        assert_eq!(of_call(None, &bound, &[]), Type::Value(Hint::Grid));
    }

    #[test]
    fn types_accept_what_hints_accept() {
        assert!(of("rot90").accepts(&of("vmirror_t")));
        assert!(!of("rot90").accepts(&of("fill")));
        assert!(!of("rot90").accepts(&of("palette_f")));
        assert!(Type::Value(Hint::Callable).accepts(&of("rot90")));
        assert!(!Type::Value(Hint::Grid).accepts(&of("rot90")));
        assert!(Type::Value(Hint::C_).accepts(&of("RED")));
        assert!(!Type::Value(Hint::C_).accepts(&of("UNITY")));
    }
}
