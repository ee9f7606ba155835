//! The command's allocator, so that a bench measures what a user gets.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
