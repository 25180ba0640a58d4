// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/schema.hpp"
#include "troupe/registry.hpp"

#include <map>
#include <memory>

namespace troupe::config {

/// What is asked of the params of a kind, compiled once for all steps of a flow.
class kind_schemas {
public:
  enum class form : uint8_t {
    whole,     ///< of params without templates; that they are all there is another question
    part,      ///< of those that hold no template, when others do
    filled_in, ///< of all when templates are; programs and command lines have a form of their own
  };
  using compiled = expected<std::shared_ptr<const schema>>;

  const compiled& of(const std::shared_ptr<const step_kind>& kind, form x);

private:
  std::map<std::pair<std::shared_ptr<const step_kind>, form>, compiled> known_;
};

} // namespace troupe::config
