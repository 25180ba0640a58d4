// SPDX-License-Identifier: Apache-2.0
#include "steps/event_stream.hpp"

namespace troupe::steps {

void event_stream::add(std::string_view piece) {
  for (auto c : piece) {
    if (c != '\n') {
      line_ += c;
      continue;
    }
    if (line_.ends_with('\r'))
      line_.pop_back();
    take_line(line_);
    line_.clear();
  }
}

void event_stream::take_line(std::string_view line) {
  if (line.empty()) { // the end of an event
    if (has_data_)
      on_event_(data_);
    data_.clear();
    has_data_ = false;
  } else if (line.starts_with("data:")) {
    line.remove_prefix(5);
    if (line.starts_with(' '))
      line.remove_prefix(1);
    data_ += (has_data_ ? "\n" : "") + std::string{line};
    has_data_ = true;
  }
}

} // namespace troupe::steps
