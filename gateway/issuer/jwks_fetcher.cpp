#include "issuer/jwks_fetcher.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "base/ip_network.h"

namespace bearward::issuer {
namespace {

namespace beast = boost::beast;
namespace ssl = boost::asio::ssl;

using Fetched = Result<FetchedJwks, std::string>;

constexpr std::size_t max_head_bytes = 16 * 1024;

std::unexpected<std::string> failed(std::string_view what, const error_code& error) {
  return std::unexpected(std::string{what} + ": " + error.message());
}

/// Whom the server has to be, and who may say so.
void demand_certificate(ssl_st* connection, const std::string& host) {
  X509_VERIFY_PARAM* wanted = SSL_get0_param(connection);
  // Names of the subject alternative name alone (RFC 9525 §2), and a wildcard for a whole label only.
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  // An intermediate that the operator names is as good an anchor as a root.
  X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_PARTIAL_CHAIN);
  const bool is_address = IpAddress::parse(host).has_value();
  const int set = is_address ? X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str())
                             : X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), host.size());
  if (set != 1) throw std::bad_alloc();  // never without: an empty name would be no demand at all
  if (is_address) return;
  // SSL_set_tlsext_host_name, whose macro is an old-style cast.
  SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(host.c_str()));
}

ssl::context make_context(const std::string& ca, error_code& error) {
  ssl::context context{ssl::context::tls_client};
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  context.set_verify_mode(ssl::verify_peer);
  if (ca.empty())
    context.set_default_verify_paths(error);
  else
    context.add_certificate_authority(boost::asio::buffer(ca), error);
  return context;
}

}  // namespace

/// The one exchange, which lives until its last operation has ended.
class JwksFetcher::Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(Executor executor, config::JwksUrl url, const std::string& ca, std::chrono::milliseconds limit)
      : url_(std::move(url)),
        limit_(limit),
        context_(make_context(ca, context_error_)),
        resolver_(executor),
        stream_(executor, context_),
        deadline_(executor) {}

  static Task<Fetched> run(std::shared_ptr<Exchange> self) {
    self->deadline_.expires_after(self->limit_);
    self->deadline_.async_wait([self](const error_code& error) {
      if (error) return;
      self->expired_ = true;
      self->cancel();
    });
    Fetched fetched = co_await self->get();
    self->deadline_.cancel();
    self->close();
    if (self->expired_) co_return std::unexpected("no whole answer came in time");
    co_return fetched;
  }

  void cancel() {
    cancelled_ = true;
    resolver_.cancel();
    close();
  }

 private:
  Task<Fetched> get() {
    if (context_error_) co_return failed("cannot read the trusted certificates", context_error_);
    const std::string port = std::to_string(url_.port);
    const auto [not_found, addresses] = co_await resolver_.async_resolve(url_.host, port, use_task);
    if (not_found) co_return failed("cannot find the address of " + url_.host, not_found);
    if (cancelled_) co_return std::unexpected("cancelled");
    const auto [not_connected, address] = co_await asio::async_connect(stream_.next_layer(), addresses, use_task);
    if (not_connected) co_return failed("cannot connect", not_connected);
    demand_certificate(stream_.native_handle(), url_.host);
    const auto [no_tls] = co_await stream_.async_handshake(ssl::stream_base::client, use_task);
    if (no_tls) co_return std::unexpected(why_no_tls(no_tls));
    co_return co_await ask();
  }

  std::string why_no_tls(const error_code& error) {
    const long verdict = SSL_get_verify_result(stream_.native_handle());
    if (verdict == X509_V_OK) return "TLS fails: " + error.message();
    return std::string{"its certificate is not good: "} + X509_verify_cert_error_string(verdict);
  }

  Task<Fetched> ask() {
    beast::http::request<beast::http::empty_body> request{beast::http::verb::get, url_.target, 11};
    const bool is_ipv6 = url_.host.find(':') != std::string::npos;
    const std::string host = is_ipv6 ? "[" + url_.host + "]" : url_.host;
    request.set(beast::http::field::host, url_.port == 443 ? host : host + ":" + std::to_string(url_.port));
    request.set(beast::http::field::accept, "application/json, application/jwk-set+json");
    request.set(beast::http::field::user_agent, "bearward/" BEARWARD_VERSION);
    request.set(beast::http::field::connection, "close");
    const auto [not_sent, sent] = co_await beast::http::async_write(stream_, request, use_task);
    if (not_sent) co_return failed("cannot send", not_sent);

    beast::flat_buffer buffer{max_head_bytes + max_content_bytes};
    beast::http::response_parser<beast::http::string_body> parser;
    parser.header_limit(max_head_bytes);
    parser.body_limit(max_content_bytes);
    const auto [not_read, read] = co_await beast::http::async_read(stream_, buffer, parser, use_task);
    if (not_read) co_return failed("no whole answer", not_read);
    co_return judge(parser.release());
  }

  static Fetched judge(beast::http::response<beast::http::string_body> response) {
    const unsigned status = response.result_int();
    if (status / 100 == 3)
      return std::unexpected("it answers " + std::to_string(status) +
                             ", and redirects are not followed; name the address that it leads to");
    if (status != 200) return std::unexpected("it answers " + std::to_string(status) + ", expected 200");
    FetchedJwks fetched{std::move(response.body()), {}};
    const auto fields = response.equal_range(beast::http::field::cache_control);
    for (auto field = fields.first; field != fields.second; ++field) {
      fetched.cache_control += fetched.cache_control.empty() ? "" : ",";
      fetched.cache_control += std::string_view{field->value().data(), field->value().size()};
    }
    return fetched;
  }

  void close() {
    error_code ignored;
    stream_.next_layer().close(ignored);
  }

  config::JwksUrl url_;
  std::chrono::milliseconds limit_;
  error_code context_error_;
  ssl::context context_;
  asio::ip::basic_resolver<asio::ip::tcp, Executor> resolver_;
  ssl::stream<Socket> stream_;
  asio::steady_timer deadline_;
  bool cancelled_ = false;
  bool expired_ = false;
};

JwksFetcher::JwksFetcher(Executor executor, config::JwksUrl url, const std::string& ca, std::chrono::milliseconds limit)
    : exchange_(std::make_shared<Exchange>(executor, std::move(url), ca, limit)) {}

JwksFetcher::~JwksFetcher() { cancel(); }

Task<Fetched> JwksFetcher::fetch() { return Exchange::run(exchange_); }

void JwksFetcher::cancel() { exchange_->cancel(); }

}  // namespace bearward::issuer
