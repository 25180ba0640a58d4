// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/print.hpp"
#include "troupe/certificates.hpp"

namespace troupe::cli {

namespace {

/// What to do with the files.
std::string report_of(const certs_command& x, const made_certificates& made) {
  auto& authority = made.nodes.front().authority;
  auto text = (made.has_new_authority ? "wrote " : "used ") + authority + " and " +
              made.authority_key + "; who has the key can make nodes: do not copy it to them\n";
  for (size_t i = 0; i < made.nodes.size(); ++i) {
    auto& files = made.nodes[i];
    text += "wrote " + files.certificate + " and " + files.key + "; on " + x.nodes[i] +
            ", beside a copy of " + authority + ":\n  --tls-cert " + files.certificate +
            " --tls-key " + files.key + " --tls-ca " + authority + "\n";
  }
  return text;
}

} // namespace

int execute(const certs_command& x) {
  auto made = make_certificates({.folder = x.folder, .nodes = x.nodes});
  if (made)
    return print(report_of(x, *made)) ? exit_code::succeeded : exit_code::infrastructure;
  complain(made.error());
  return made.error().code == errc::invalid_input ? exit_code::usage : exit_code::failed;
}

} // namespace troupe::cli
