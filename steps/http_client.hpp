// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "steps/http_request.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

namespace troupe::steps {

struct http_limits {
  size_t connections = 256; ///< at once; more requests than that queue
  size_t connections_to_one_host = 32;
};

/// Sends requests for any number of steps with one thread of its own; connections are used again.
class http_client {
public:
  using id = uint64_t;
  using on_end = std::function<void(http_result)>;

  explicit http_client(http_limits limits) : limits_{limits} {}
  ~http_client();
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  /// Queues a request; `done` is called once, in the client's thread. Fails, and calls nothing, if
  /// the system gives no thread or descriptor.
  expected<id> start(http_request order, on_end done);
  /// Ends it as cancelled; its connection is closed. Unknown ids have ended already.
  void stop(id which);

private:
  class loop;
  const http_limits limits_;
  std::mutex mutex_;           // for the one below
  std::shared_ptr<loop> loop_; // null before the first request; its thread has a share too
};

} // namespace troupe::steps
