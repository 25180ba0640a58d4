// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace troupe::steps {

/// Reads server-sent events as they come, in pieces of any size. Source: WHATWG HTML, 9.2.6; only
/// the data of the events is of interest here.
class event_stream {
public:
  explicit event_stream(std::function<void(const std::string& data)> on_event)
    : on_event_{std::move(on_event)} {}
  void add(std::string_view piece);

private:
  void take_line(std::string_view line);

  std::function<void(const std::string&)> on_event_;
  std::string line_;
  std::string data_;
  bool has_data_ = false;
};

} // namespace troupe::steps
