// SPDX-License-Identifier: Apache-2.0
#include "config/formats.hpp"

namespace troupe::config {

native_json translate_chain(const reader& in) {
  in.not_supported_yet("the format chain");
  return {};
}

} // namespace troupe::config
