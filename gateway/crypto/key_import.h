#pragma once

#include "crypto/key_components.h"
#include "crypto/openssl.h"

namespace bearward::crypto {

/// Numbers to OpenSSL's key; null when OpenSSL refuses them. The halves and the strength are not checked
/// here but by Key, which alone calls these.
PkeyPointer import_rsa(const RsaComponents& components);
PkeyPointer import_ec(const char* curve, const EcComponents& components);
PkeyPointer import_ed25519(const Ed25519Components& components);

}  // namespace bearward::crypto
