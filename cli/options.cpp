// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"

#include <cstdlib>

namespace troupe::cli {

built_in_options options_for(const std::vector<std::string>& roots) {
  auto options = options_for_others(roots);
  if (roots.empty())
    options.files = {{"/"}, {"."}};
  return options;
}

built_in_options options_for_others(const std::vector<std::string>& roots) {
  built_in_options options{.files = {roots, roots}};
  if (auto file = std::getenv("SSL_CERT_FILE")) // where OpenSSL's own tools look
    options.http.ca_file = file;
  return options;
}

} // namespace troupe::cli
