#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "http/head_writer.h"
#include "transport/http1_parser.h"
#include "transport/http1_response.h"

namespace bearward::transport {
namespace {

/// What a browser sends, with a token of usual size.
std::string request_head(int more_fields) {
  std::string head =
      "GET /orders/1234?page=2 HTTP/1.1\r\nHost: gateway.test:18443\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n"
      "Accept: application/json\r\nAccept-Encoding: gzip, deflate, br\r\nAccept-Language: en\r\nCookie: theme=dark\r\n"
      "Authorization: Bearer " +
      std::string(336, 'a') + "\r\n";
  for (int i = 0; i < more_fields; ++i) head += "X-Field-" + std::to_string(i) + ": some value of it\r\n";
  return head + "\r\n";
}

/// From bytes to a checked head: the end is found, all of it parsed in place.
void parse_request(benchmark::State& state) {
  std::string head = request_head(static_cast<int>(state.range(0)));
  const auto storage = std::make_unique<FieldStorage>();
  for (auto _ : state) {
    std::size_t scanned = 0;
    benchmark::DoNotOptimize(find_head_end(head, scanned));
    auto parsed = parse_request_head(head, *storage);
    if (!parsed) state.SkipWithError("refused");
    benchmark::DoNotOptimize(parsed);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(head.size()));
}
BENCHMARK(parse_request)->Arg(0)->Arg(20)->Arg(80);

/// A path that has to be rewritten.
void parse_request_with_escapes(benchmark::State& state) {
  const std::string original = "GET /a/%62/../c//d/%e2%82%ac HTTP/1.1\r\nHost: gateway.test\r\n\r\n";
  const auto storage = std::make_unique<FieldStorage>();
  std::string head;
  for (auto _ : state) {
    head = original;  // it is rewritten in place
    auto parsed = parse_request_head(head, *storage);
    if (!parsed) state.SkipWithError("refused");
    benchmark::DoNotOptimize(parsed);
  }
}
BENCHMARK(parse_request_with_escapes);

const std::string answer_head =
    "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Sat, 21 Nov 2026 04:00:00 GMT\r\nContent-Type: application/json\r\n"
    "Content-Length: 1024\r\nETag: \"5f3c\"\r\nCache-Control: no-cache\r\nConnection: keep-alive\r\n\r\n";

void parse_response(benchmark::State& state) {
  const auto storage = std::make_unique<FieldStorage>();
  for (auto _ : state) {
    auto parsed = parse_response_head(answer_head, *storage, false);
    if (!parsed) state.SkipWithError("refused");
    benchmark::DoNotOptimize(parsed);
  }
}
BENCHMARK(parse_response);

/// An upstream's answer as the client gets it: hop-by-hop fields left out, framing written anew.
void write_response(benchmark::State& state) {
  const auto storage = std::make_unique<FieldStorage>();
  const auto parsed = parse_response_head(answer_head, *storage, false);
  std::vector<char> room(16 * 1024);
  for (auto _ : state) {
    http::HeadWriter writer(room);
    writer.status_line(parsed->status, parsed->reason);
    write_end_to_end_fields(parsed->fields, writer);
    writer.field("Content-Length", parsed->content_length);
    writer.end();
    if (writer.overflowed()) state.SkipWithError("overflowed");
    benchmark::DoNotOptimize(writer);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(write_response);

}  // namespace
}  // namespace bearward::transport
