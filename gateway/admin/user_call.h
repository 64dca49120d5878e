#pragma once

#include <functional>
#include <string>

#include "async/blocking_pool.h"
#include "async/task.h"
#include "http/message.h"
#include "store/user_store.h"

namespace bearward::admin {

/// Tells every worker and node that a user changed; store::UserChanges::announce says when it returns.
using Announce = std::function<Task<bool>(std::string username)>;

/// GET and PATCH /v1/users/{username}. Store calls run on the pool.
class UserCall {
 public:
  UserCall(store::UserStore& users, async::BlockingPool& store_pool, Announce announce)
      : users_(users), store_pool_(store_pool), announce_(std::move(announce)) {}

  /// 200 with the user, never with a password's hash; 404; 503 while the store cannot be read.
  Task<http::Response> show(std::string username);

  /// Takes a JSON object (user_patch.h). Answers with the user as it is now, and only after the change was
  /// announced: whoever reads `"announced": true` knows that no node serves the old state any more. False:
  /// Redis did not take it; other nodes learn of it within users.cache.local_ttl, this one knew at once.
  /// 400 and 422 as user_patch.h has them, 415, 413, 404, 409 when the email is another user's.
  Task<http::Response> change(std::string username, http::Request request);

 private:
  store::UserStore& users_;
  async::BlockingPool& store_pool_;
  Announce announce_;
};

}  // namespace bearward::admin
