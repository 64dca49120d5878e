#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "token/token_issuer.h"

/// What attackers try, as requests. Nothing here is sent by itself.
namespace bearward::probe {

/// One trick and how a report calls it.
struct Trick {
  std::string name;
  std::string text;  // what the list says that it is
};

/// Other spellings of a path that has a rule, as raw targets.
std::vector<Trick> path_tricks(std::string_view path);

/// Field lines by which somebody without a token says that he is somebody, or somewhere. `identity_names` are
/// those that the gateway writes.
std::vector<Trick> spoofing_tricks(const std::vector<std::string>& identity_names);

/// Field lines with credentials that are none. `issuer` signs those that have to be well signed; null: it
/// signs nothing, and they are left out.
std::vector<Trick> token_tricks(const token::TokenIssuer* issuer, UnixTime now);

/// Whole requests that two servers would cut in two places, or read in two ways. `host` and `path` are put in.
std::vector<Trick> smuggling_tricks(std::string_view host, std::string_view path);

}  // namespace bearward::probe
