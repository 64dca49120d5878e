#pragma once

#include <chrono>
#include <string_view>

namespace bearward::issuer {

/// How long fetched keys are kept before the issuer is asked again, by the Cache-Control of its answer
/// (RFC 9111 §5.2.2; empty: none came): `max-age`, ten minutes without one, but never less than five, lest
/// a careless issuer be asked with every breath, nor more than an hour: so long may a withdrawn key live.
std::chrono::seconds refresh_interval(std::string_view cache_control);

}  // namespace bearward::issuer
