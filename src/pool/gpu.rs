//! Whether this machine has a GPU.

use nvml_wrapper::Nvml;

/// Answer of the NVIDIA driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GpuAnswer {
    /// So many devices, the first of this name.
    Devices {
        /// How many.
        count: u32,
        /// What the first is called.
        first: String,
    },
    /// No driver, or no device that it knows; why it thinks so.
    None(String),
}

/// Asks the driver's own library, NVML, which is loaded now: a program that
/// has never met a GPU carries nothing of it.
pub fn ask_nvidia_driver() -> GpuAnswer {
    let answer = Nvml::init().and_then(|nvml| {
        let count = nvml.device_count()?;
        let first = match count {
            0 => String::new(),
            _ => nvml.device_by_index(0)?.name()?,
        };
        Ok((count, first))
    });
    match answer {
        Ok((0, _)) => GpuAnswer::None("the NVIDIA driver knows no device".to_owned()),
        Ok((count, first)) => GpuAnswer::Devices { count, first },
        Err(error) => GpuAnswer::None(format!(
            "the NVIDIA driver's library does not answer: {error}"
        )),
    }
}
