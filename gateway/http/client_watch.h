#pragma once

#include "http/message.h"

namespace bearward::http {

/// Has `watcher` told that the client has gone while this lives, and no longer, whatever ends that.
class ClientWatch {
 public:
  ClientWatch(InterimSender& client, ClientWatcher& watcher) : client_(client) { client_.watch_client(&watcher); }
  ~ClientWatch() { client_.watch_client(nullptr); }
  ClientWatch(const ClientWatch&) = delete;
  ClientWatch& operator=(const ClientWatch&) = delete;

 private:
  InterimSender& client_;
};

}  // namespace bearward::http
