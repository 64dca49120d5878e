#include "support/redis_server.h"

#include <hiredis/hiredis.h>
#include <poll.h>
#include <signal.h>

#include <chrono>
#include <stdexcept>

#include "support/free_port.h"

namespace bearward::testing {
namespace {

struct FreeContext {
  void operator()(redisContext* context) const { redisFree(context); }
};
struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Context = std::unique_ptr<redisContext, FreeContext>;
using Reply = std::unique_ptr<redisReply, FreeReply>;

constexpr timeval limit{.tv_sec = 5, .tv_usec = 0};

Context connect(std::uint16_t port) {
  Context context(redisConnectWithTimeout("127.0.0.1", port, limit));
  if (!context || context->err != 0) return nullptr;
  redisSetTimeout(context.get(), limit);
  return context;
}

Reply run(redisContext& context, const std::vector<std::string>& arguments) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string& argument : arguments) {
    texts.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  return Reply(
      static_cast<redisReply*>(redisCommandArgv(&context, static_cast<int>(texts.size()), texts.data(), sizes.data())));
}

std::string print(const redisReply& reply) {
  if (reply.type == REDIS_REPLY_INTEGER) return std::to_string(reply.integer);
  if (reply.type == REDIS_REPLY_NIL) return "";
  if (reply.type != REDIS_REPLY_ARRAY) return {reply.str, reply.len};
  std::string lines;
  for (std::size_t i = 0; i < reply.elements; ++i) lines += print(*reply.element[i]) + "\n";
  return lines;
}

}  // namespace

RedisServer::RedisServer(std::vector<std::string> settings) : port_(free_port()), settings_(std::move(settings)) {
  start();
}

void RedisServer::start() {
  std::vector<std::string> arguments{"/usr/bin/redis-server",
                                     "--port",
                                     std::to_string(port_),
                                     "--bind",
                                     "127.0.0.1",
                                     "--daemonize",
                                     "no",
                                     "--dir",
                                     folder_.path().string(),
                                     "--save",
                                     ""};
  arguments.insert(arguments.end(), settings_.begin(), settings_.end());
  const std::string log = folder_.file("redis.log");
  process_ = std::make_unique<ChildProcess>(arguments, ChildProcess::Files{.input = {}, .output = log, .errors = log});
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!answers()) {
    if (process_->wait(std::chrono::milliseconds{0}) || std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("redis-server does not come up on port " + std::to_string(port_));
    constexpr int pause_ms = 2;
    ::poll(nullptr, 0, pause_ms);
  }
}

bool RedisServer::answers() const {
  const Context context = connect(port_);
  if (!context) return false;
  const std::vector<std::string> ping{"PING"};
  const Reply reply = run(*context, ping);  // an error, such as NOAUTH, is an answer too; LOADING is none yet
  return reply && (reply->str == nullptr || std::string_view{reply->str}.substr(0, 7) != "LOADING");
}

void RedisServer::stop() {
  process_->send_signal(SIGKILL);
  process_->wait();
  process_.reset();
}

void RedisServer::freeze() { process_->send_signal(SIGSTOP); }
void RedisServer::thaw() { process_->send_signal(SIGCONT); }

std::string RedisServer::command(const std::vector<std::string>& arguments, const std::string& password) const {
  const Context context = connect(port_);
  if (!context) throw std::runtime_error("redis-server does not listen");
  if (!password.empty()) run(*context, {"AUTH", password});
  const Reply reply = run(*context, arguments);
  if (!reply) throw std::runtime_error("redis-server does not answer");
  return print(*reply);
}

}  // namespace bearward::testing
