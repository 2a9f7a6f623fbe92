//! stub
pub struct Expected {
    pub claims: u64,
    pub segments: u64,
    pub transaction_sets: u64,
}
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct VerifyError;
pub fn read_back(_p: &std::path::Path, _e: Option<Expected>) -> Result<(), VerifyError> {
    Ok(())
}
pub fn manifest(_p: &std::path::Path, _i: Option<&std::path::Path>) -> Result<String, VerifyError> {
    Ok(String::new())
}
