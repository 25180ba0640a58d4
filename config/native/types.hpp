// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/reader.hpp"
#include "troupe/registry.hpp"

#include <map>
#include <optional>
#include <string>

namespace troupe::config {

/// What a step of a kind really runs, once the document's own `types` are put in.
struct expanded_step {
  std::shared_ptr<const step_kind> kind = {};
  nlohmann::json params;
  std::string input = {}, output = {}; ///< what the document's type says of them, else the kind
  std::vector<nlohmann::json> results =
    {};                      ///< templates of what it gives, in order; none: as the kind
  nlohmann::json price = {}; ///< a number or a template; null: none
  bool is_custom = false;
  bool is_stub = false; ///< the kind is not known
};

/// The `types` section of a flow: kinds made from others. `${params.x}` in a definition is what the
/// using step gives; `${model}` is `${params.model}`.
class custom_types {
public:
  /// Unknown kinds are stubs from now on.
  void allow_stubs() { stubs_ = true; }
  void read(const reader& section, const registry& kinds);
  /// Nothing, and a problem at `in`, if the kind is unknown or a param is missing.
  std::optional<expanded_step> expand(const reader& in, const std::string& kind,
                                      const nlohmann::json& params, const registry& kinds) const;

private:
  struct definition {
    std::string base, input, output;
    nlohmann::json params, result, price;
  };
  void check_bases(const reader& section, const registry& kinds) const;
  std::vector<std::string> all_names(const registry& kinds) const;

  std::map<std::string, definition, std::less<>> types_;
  bool stubs_ = false;
};

} // namespace troupe::config
