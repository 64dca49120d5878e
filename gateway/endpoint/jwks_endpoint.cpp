#include "endpoint/jwks_endpoint.h"

#include "endpoint/published_document.h"
#include "token/public_jwk.h"

namespace bearward::endpoint {
namespace {

// Verifiers that meet an unknown `kid` ask again; those that do not are up to date after this.
constexpr int max_age_seconds = 300;

}  // namespace

http::Response answer_jwks(const http::RequestHead& head, const snapshot::Snapshot& snapshot) {
  return publish_document(head, "application/jwk-set+json", token::write_jwk_set(snapshot.keys->issuers.front().keys),
                          max_age_seconds);
}

}  // namespace bearward::endpoint
