//! The key that seals are signed with: ed25519, one for all hosts.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use super::Error;
use crate::access;
use crate::domain::digest::Hash;
use crate::domain::time::Micros;
use crate::store::Store;

/// A seed in hexadecimal digits, with what editors put around it.
const FILE_BYTES_MAX: u64 = 1_024;

/// What a file without a key lacks.
pub const NO_KEY: &str =
    "is no key: it takes 64 hexadecimal digits, such as `openssl rand -hex 32` prints";

/// Where the private key is.
#[derive(Debug)]
pub enum KeyPlace {
    /// In the database, made when it is needed first: every host has it there.
    Database,
    /// In a file, which each host needs.
    File(Arc<SigningKey>),
}

/// A private key.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: Hash,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", hex::encode(self.public))
    }
}

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    #[error("{}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{}: {NO_KEY}", .0.display())]
    NoKey(PathBuf),
}

impl KeyPlace {
    /// The database, unless a file is named.
    ///
    /// # Errors
    /// Where the file cannot be read, or holds no key.
    pub fn of(file: Option<&Path>) -> Result<Self, KeyFileError> {
        let Some(path) = file else {
            return Ok(Self::Database);
        };
        let failed = |source| KeyFileError::File {
            path: path.to_owned(),
            source,
        };
        let mut text = String::new();
        let file = File::open(path).map_err(failed)?;
        match file.take(FILE_BYTES_MAX).read_to_string(&mut text) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                return Err(KeyFileError::NoKey(path.to_owned()));
            }
            Err(error) => return Err(failed(error)),
        }
        let seed = hex::decode(text.trim()).ok();
        let seed: Option<Hash> = seed.and_then(|seed| seed.try_into().ok());
        seed.and_then(|seed| SigningKey::of_seed(&seed))
            .map(|key| Self::File(Arc::new(key)))
            .ok_or_else(|| KeyFileError::NoKey(path.to_owned()))
    }

    /// The key itself, on record from now on as one that signs here.
    ///
    /// # Errors
    /// What the database says, and where this machine gives no random numbers.
    pub async fn key(&self, store: &Store, now: Micros) -> Result<Arc<SigningKey>, Error> {
        match self {
            Self::File(key) => {
                store.keep_key(&key.public, None, now).await?;
                Ok(key.clone())
            }
            Self::Database => {
                if store.signing_seed().await?.is_none() {
                    let seed = access::random()?;
                    let key = SigningKey::of_seed(&seed).ok_or(Error::Key)?;
                    // Another host may have been first: its key is everybody's.
                    store.keep_key(&key.public, Some(&seed), now).await?;
                }
                let seed = store.signing_seed().await?.ok_or(Error::Key)?;
                SigningKey::of_seed(&seed).map(Arc::new).ok_or(Error::Key)
            }
        }
    }
}

impl SigningKey {
    fn of_seed(seed: &Hash) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
        let public = pair.public_key().as_ref().try_into().ok()?;
        Some(Self { pair, public })
    }

    /// What others check its signatures with.
    pub fn public(&self) -> Hash {
        self.public
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

/// Whether it is the signature of the key's holder.
pub(super) fn is_signed(public_key: &Hash, message: &[u8], signature: &[u8]) -> bool {
    let key = UnparsedPublicKey::new(&ED25519, public_key);
    key.verify(message, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_published_one() {
        // RFC 8032, 7.1, test 1: of the empty message.
        let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
        let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        let signature = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb88215\
                         90a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
        let seed: Hash = hex::decode(seed).unwrap().try_into().unwrap();
        let key = SigningKey::of_seed(&seed).unwrap();
        assert_eq!(hex::encode(key.public()), public);
        let signed = key.sign(b"");
        assert_eq!(hex::encode(&signed), signature);
        assert!(is_signed(&key.public(), b"", &signed));
        assert!(!is_signed(&key.public(), b"x", &signed));
        assert!(!is_signed(&[7; 32], b"", &signed));
        assert!(!is_signed(&key.public(), b"", &signed[1..]));
        assert!(!format!("{key:?}").contains("9d61"));
    }

    #[test]
    fn a_key_file_holds_a_seed_in_hexadecimal() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seal.key");
        let missing = KeyPlace::of(Some(&path)).unwrap_err();
        assert!(matches!(missing, KeyFileError::File { .. }), "{missing}");
        for wrong in [
            "",
            "abc",
            &"0g".repeat(32),
            &"00".repeat(33),
            &"0".repeat(5_000),
        ] {
            std::fs::write(&path, wrong).unwrap();
            let refused = KeyPlace::of(Some(&path)).unwrap_err();
            assert!(matches!(refused, KeyFileError::NoKey(_)), "{refused}");
        }
        std::fs::write(&path, format!("{}\n", "0a".repeat(32))).unwrap();
        assert!(matches!(KeyPlace::of(Some(&path)), Ok(KeyPlace::File(_))));
        assert!(matches!(KeyPlace::of(None), Ok(KeyPlace::Database)));
    }
}
