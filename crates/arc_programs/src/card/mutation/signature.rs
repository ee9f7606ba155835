//! What the calls of a card yield, as far as hints tell; of functions, what
//! they take and yield.

use std::sync::Arc;

use crate::dsl::hint::Hint;
use crate::dsl::{Dialect, Made, Primitive};

/// Type of a term of a card: a value by its hint, or a function.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// A value, by its hint.
    Value(Hint),
    /// A function.
    Function(Arc<Signature>),
}

/// Signature of a function: what it takes and yields.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// The parameters, those with defaults included.
    pub parameters: Vec<Type>,
    /// The result.
    pub result: Type,
}

impl Type {
    /// The type of a parameter, a primitive or a constant of a dialect; `None`
    /// for any other name.
    pub fn of_name(dialect: &Dialect, name: &str) -> Option<Type> {
        if let Some(parameter) = dialect.parameter(name) {
            return Some(Type::Value(parameter.hint));
        }
        if let Some(primitive) = dialect.named(name) {
            return Some(Type::of_primitive(primitive));
        }
        let constants = dialect.constants();
        constants.find(name)?;
        let hint = constants.hint(name).unwrap_or(Hint::Integer);
        Some(Type::Value(hint))
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
/// follows from its arguments. `primitive` is the callee, if it is one.
pub(super) fn of_call(primitive: Option<&Primitive>, callee: &Type, arguments: &[Type]) -> Type {
    let made = primitive.and_then(|primitive| made(primitive, arguments));
    made.or_else(|| callee.signature().map(|signature| signature.result.clone()))
        .unwrap_or(Type::Value(Hint::Any))
}

/// What follows from the arguments of a call; `None` where nothing does, and
/// where the signatures of its arguments are not known.
fn made(primitive: &Primitive, arguments: &[Type]) -> Option<Type> {
    if arguments.len() != primitive.arity() {
        return None;
    }
    let signature = |place: usize| arguments.get(place).and_then(Type::signature);
    let function = |parameters: &[Type], result: &Type| {
        Type::Function(Arc::new(Signature {
            parameters: parameters.to_vec(),
            result: result.clone(),
        }))
    };
    Some(match primitive.makes? {
        Made::TheArgument => arguments.first()?.clone(),
        Made::FunctionLike(place) => arguments.get(place)?.clone(),
        Made::WithoutFirst(place) => {
            let bound = signature(place)?;
            let (_, rest) = bound.parameters.split_first()?;
            function(rest, &bound.result)
        }
        Made::WithoutLast(place) => {
            let bound = signature(place)?;
            let (_, rest) = bound.parameters.split_last()?;
            function(rest, &bound.result)
        }
        Made::Composed {
            parameters_of,
            result_of,
        } => function(
            &signature(parameters_of)?.parameters,
            &signature(result_of)?.result,
        ),
        Made::Test { parameters_of } => function(
            &signature(parameters_of)?.parameters,
            &Type::Value(Hint::Boolean),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsl::REFERENCE;

    fn of(name: &str) -> Type {
        Type::of_name(&REFERENCE, name).unwrap()
    }

    fn call(callee: &str, arguments: &[Type]) -> Type {
        of_call(REFERENCE.named(callee), &of(callee), arguments)
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
