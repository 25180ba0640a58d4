// SPDX-License-Identifier: Apache-2.0
#include "config/formats.hpp"

namespace troupe::config {

native_json translate_graph(const reader& in) {
  in.not_supported_yet("the format graph");
  return {};
}

} // namespace troupe::config
