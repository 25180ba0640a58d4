// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/endpoint.hpp"
#include "cli/worker_report.hpp"

#include <functional>
#include <memory>

namespace troupe::cli {

/// Answers `GET /health` (503 while the worker drains) and `GET /metrics`, until it goes.
class report_server {
public:
  /// `report`: asked for each answer, in threads of the server. connection_failed: it cannot listen
  /// there.
  static expected<report_server> start(const endpoint& at, std::function<worker_report()> report);
  report_server(report_server&&) noexcept;
  report_server& operator=(report_server&&) noexcept;
  ~report_server();

  uint16_t port() const;

private:
  struct state;
  explicit report_server(std::unique_ptr<state> x);
  std::unique_ptr<state> state_;
};

} // namespace troupe::cli
