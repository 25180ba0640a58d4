// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/cluster.hpp"
#include "troupe/export.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace troupe {

/// Which certificates to make, and where.
struct certificate_order {
  std::filesystem::path folder; ///< made if it is not there; nobody but its owner may look into it
  /// The hosts' names or IP addresses, at most 64 letters, digits, dots, hyphens, underscores and
  /// colons each. Nobody compares them with an address; people do.
  std::vector<std::string> nodes;
};

/// What has been made. `authority.crt` goes to every node with its own two files.
struct made_certificates {
  std::string authority_key;    ///< who has it can make nodes; it stays where it is
  bool has_new_authority = {};  ///< otherwise the folder's has signed
  std::vector<tls_files> nodes; ///< in order: `NAME.crt`, `NAME.key`, `authority.crt`
};

/// Makes a cluster's private authority, and certificates of nodes that it has signed; in a folder
/// that has an authority, more nodes of the same cluster. Keys are on the curve P-256, of mode 600.
/// The authority is valid for 10 years, a node for 825 days but no longer than its authority.
/// Replaces no file, and writes none if it fails. invalid_input: a name that cannot be one, or an
/// authority that cannot sign; denied: others have rights to the authority's key; file_error: a
/// node is there already, or the folder cannot be written.
TROUPE_EXPORT expected<made_certificates> make_certificates(const certificate_order& x);

} // namespace troupe
