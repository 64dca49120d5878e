#include "probe/tricks.h"

#include <algorithm>

#include "base/base64url.h"

namespace bearward::probe {
namespace {

std::string escaped(char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto octet = static_cast<unsigned char>(c);
  return {'%', digits[octet >> 4U], digits[octet & 0xfU]};
}

std::string upper(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return result;
}

/// X-Forwarded-User as servers that make variables of names would fold it: x_forwarded_user, X.Forwarded.User.
std::string spelled(std::string name, char mark) {
  std::ranges::replace(name, '-', mark);
  return name;
}

std::string line(std::string_view name, std::string_view value) {
  return std::string(name) + ": " + std::string(value) + "\r\n";
}

std::string bearer(std::string_view token) { return line("Authorization", "Bearer " + std::string(token)); }

/// The parts of a compact JWS.
struct Jws {
  std::string header, payload, signature;
  std::string text() const { return header + "." + payload + "." + signature; }
};

Jws split(const std::string& token) {
  const std::size_t first = token.find('.');
  const std::size_t second = token.rfind('.');
  return {token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1)};
}

/// `token` under another header, its signature kept.
std::string under(const Jws& token, std::string_view header) {
  Jws changed = token;
  changed.header = base64url_encode(header);
  return changed.text();
}

}  // namespace

std::vector<Trick> path_tricks(std::string_view path) {
  const std::string plain{path};
  const std::size_t second = std::min(path.find('/', 1), path.size());
  const std::string first{path.substr(0, second)};
  const std::string rest{path.substr(second)};
  std::vector<Trick> tricks = {
      {"doubled slash", "/" + plain},
      {"dot segment", "/." + plain},
      {"up and down again", "/x/.." + plain},
      {"up and down again, escaped", "/x/%2e%2e" + plain},
      {"up, escaped once and once not", "/x/.%2E" + plain},
      {"above the root", "/.." + plain},
      {"path parameter", first + ";x=y" + rest},
      {"path parameter, escaped", first + "%3bx" + rest},
      {"dots with a parameter", "/x/..;/" + plain.substr(1)},
      {"escaped NUL at the end", plain + "%00"},
      {"overlong slash", "/x%c0%af.." + plain},
      {"escaped space at the end", plain + "%20"},
      {"upper case", upper(plain)},
      {"slash at the end", plain + "/"},
      {"dot at the end", plain + "/."},
      {"fragment", plain + "#x"},
      {"query with a path", plain + "?/../public"},
      {"escaped escape", "/%2561" + plain},
  };
  if (path.size() > 1) tricks.push_back({"escaped letter", "/" + escaped(path[1]) + plain.substr(2)});
  if (!rest.empty()) {
    tricks.push_back({"escaped slash", first + "%2f" + rest.substr(1)});
    tricks.push_back({"escaped backslash", first + "%5c" + rest.substr(1)});
    tricks.push_back({"backslash", first + "\\" + rest.substr(1)});
    tricks.push_back({"doubled slash inside", first + "/" + rest});
    tricks.push_back({"dot segment inside", first + "/." + rest});
  }
  std::erase_if(tricks, [&](const Trick& trick) { return trick.text == plain; });  // "/" has no upper case
  return tricks;
}

std::vector<Trick> spoofing_tricks(const std::vector<std::string>& identity_names) {
  std::vector<Trick> tricks;
  for (const std::string& name : identity_names) {
    for (const std::string& each : {name, upper(name), spelled(name, '_'), spelled(name, '.')}) {
      tricks.push_back({"identity field " + each, line(each, "admin")});
    }
  }
  for (const char* name : {"X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Uri", "X-Original-URI"}) {
    tricks.push_back({std::string("another path in ") + name, line(name, "/")});
  }
  tricks.push_back({"another method in X-HTTP-Method-Override", line("X-HTTP-Method-Override", "OPTIONS")});
  tricks.push_back({"a name in Connection", line("Connection", "Authorization, X-Forwarded-User")});
  tricks.push_back({"Proxy", line("Proxy", "http://127.0.0.1/")});
  tricks.push_back({"a session cookie", line("Cookie", "session=admin")});
  return tricks;
}

std::vector<Trick> token_tricks(const token::TokenIssuer* issuer, UnixTime now) {
  std::vector<Trick> tricks = {
      {"no token after Bearer", line("Authorization", "Bearer")},
      {"no token at all", bearer("x")},
      {"another scheme", line("Authorization", "Basic YWRtaW46YWRtaW4=")},
      {"alg none, no signature", bearer(base64url_encode(R"({"alg":"none"})") + "." +
                                        base64url_encode(R"({"sub":"admin","exp":99999999999})") + ".")},
      {"a token of 9 KiB", bearer(std::string(9 * 1024, 'a'))},
  };
  if (issuer == nullptr) return tricks;
  const std::string good = issuer->issue({"bearward-selftest-nobody", {}, {}}, now).token;
  const Jws parts = split(good);
  Jws other_subject = parts;
  other_subject.payload = base64url_encode(R"({"sub":"admin","exp":99999999999})");
  Jws unsigned_one = parts;
  unsigned_one.signature.clear();
  Jws flipped = parts;
  flipped.signature[0] = flipped.signature[0] == 'A' ? 'B' : 'A';
  const std::vector<Trick> signed_ones = {
      {"a good signature for a user who does not exist", bearer(good)},
      {"another subject under the same signature", bearer(other_subject.text())},
      {"the signature left out", bearer(unsigned_one.text())},
      {"the signature changed", bearer(flipped.text())},
      {"alg none over a good signature", bearer(under(parts, R"({"alg":"none"})"))},
      {"alg nOnE over a good signature", bearer(under(parts, R"({"alg":"nOnE"})"))},
      {"another algorithm of the same key", bearer(under(parts, R"({"alg":"HS384"})"))},
      {"a key in the header", bearer(under(parts, R"({"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}})"))},
      {"a key to fetch", bearer(under(parts, R"({"alg":"RS256","jku":"http://127.0.0.1/jwks"})"))},
      {"a kid that climbs", bearer(under(parts, R"({"alg":"HS256","kid":"../../dev/null"})"))},
      {"crit", bearer(under(parts, R"({"alg":"HS256","crit":["x"],"x":1})"))},
      {"an expired token",
       bearer(issuer->issue({"bearward-selftest-nobody", {}, {}}, now - std::chrono::days{400}).token)},
      {"a token of the future",
       bearer(issuer->issue({"bearward-selftest-nobody", {}, {}}, now + std::chrono::days{400}).token)},
      {"two tokens", bearer(good) + bearer(good)},
  };
  tricks.insert(tricks.end(), signed_ones.begin(), signed_ones.end());
  return tricks;
}

std::vector<Trick> smuggling_tricks(std::string_view host, std::string_view path) {
  const std::string target{path};
  const std::string host_line = line("Host", host);
  const std::string post = "POST " + target + " HTTP/1.1\r\n" + host_line;
  const std::string hidden = "GET " + target + " HTTP/1.1\r\n" + host_line + "\r\n";  // what is to be smuggled
  const std::string chunked = line("Transfer-Encoding", "chunked");
  return {
      {"Content-Length with Transfer-Encoding",
       post + line("Content-Length", "4") + chunked + "\r\n0\r\n\r\n" + hidden},
      {"Transfer-Encoding with Content-Length",
       post + chunked + line("Content-Length", "4") + "\r\n0\r\n\r\n" + hidden},
      {"two lengths", post + line("Content-Length", "0") + line("Content-Length", "5") + "\r\n" + hidden},
      {"a list of lengths", post + line("Content-Length", "0, 5") + "\r\n" + hidden},
      {"a signed length", post + line("Content-Length", "+0") + "\r\n" + hidden},
      {"a length in hexadecimal", post + line("Content-Length", "0x0") + "\r\n" + hidden},
      {"an unknown coding", post + line("Transfer-Encoding", "xchunked") + "\r\n0\r\n\r\n" + hidden},
      {"chunked not last", post + line("Transfer-Encoding", "chunked, identity") + "\r\n0\r\n\r\n" + hidden},
      {"chunked twice", post + chunked + chunked + "\r\n0\r\n\r\n" + hidden},
      {"space before a colon", post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + hidden},
      {"a coding with a vertical tab", post + "Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n" + hidden},
      {"a name that folds into Content-Length", post + "Content_Length: 5\r\n\r\n" + hidden},
      {"obsolete folding", post + "X-Fold: a\r\n b\r\n\r\n" + hidden},
      {"folded Transfer-Encoding", post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + hidden},
      {"bare LF", "GET " + target + " HTTP/1.1\nHost: " + std::string(host) + "\n\n" + hidden},
      {"bare LF in a field", post + "X-A: b\nContent-Length: 5\r\n\r\n" + hidden},
      {"bare CR in a field", post + "X-A: b\rContent-Length: 5\r\n\r\n" + hidden},
      {"NUL in a field", post + "X-A: b" + std::string(1, '\0') + "\r\n\r\n" + hidden},
      {"no Host", "GET " + target + " HTTP/1.1\r\n\r\n" + hidden},
      {"two Hosts", "GET " + target + " HTTP/1.1\r\n" + host_line + line("Host", "other.invalid") + "\r\n" + hidden},
      {"a Host with a user",
       "GET " + target + " HTTP/1.1\r\n" + line("Host", "a@" + std::string(host)) + "\r\n" + hidden},
      {"a chunk size that is none", post + chunked + "\r\n0x1\r\na\r\n0\r\n\r\n" + hidden},
      {"a chunk size that wraps", post + chunked + "\r\n10000000000000001\r\na\r\n0\r\n\r\n" + hidden},
      {"a chunk that ends in LF", post + chunked + "\r\n1\na\n0\n\n" + hidden},
      {"a chunk longer than it says", post + chunked + "\r\n1\r\nab\r\n0\r\n\r\n" + hidden},
      {"chunked in HTTP/1.0", "POST " + target + " HTTP/1.0\r\n" + host_line + chunked + "\r\n0\r\n\r\n" + hidden},
      {"an unknown version", "GET " + target + " HTTP/1.9\r\n" + host_line + "\r\n" + hidden},
      {"two spaces in the request line", "GET  " + target + " HTTP/1.1\r\n" + host_line + "\r\n" + hidden},
      {"a tab in the request line", "GET\t" + target + "\tHTTP/1.1\r\n" + host_line + "\r\n" + hidden},
  };
}

}  // namespace bearward::probe
