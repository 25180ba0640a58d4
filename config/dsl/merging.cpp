// SPDX-License-Identifier: Apache-2.0
#include "troupe/dsl/merging.hpp"

#include "config/dsl/functions.hpp"
#include "config/dsl/writing.hpp"

namespace troupe::dsl {

namespace {

merging strategy(const char* name) { return {{.content = name}}; }

merging strategy(const char* name, written how) { return {{.content = {{name, std::move(how)}}}}; }

} // namespace

merging collect_all() { return strategy("collect_all"); }
merging outputs() { return strategy("outputs"); }
merging by_name() { return strategy("by_name"); }
merging first_success() { return strategy("first_success"); }
merging majority_vote() { return strategy("majority_vote"); }
merging quorum(int k) { return strategy("quorum", k); }
merging best_quality() { return strategy("best_quality"); }
merging best_quality(std::string jq) {
  return strategy("best_quality", {{"score", std::move(jq)}});
}
merging combine_outputs(std::string separator) {
  return strategy("combine_outputs", {{"separator", std::move(separator)}});
}
merging reduce(std::string jq) { return strategy("reduce", std::move(jq)); }

merging best_quality(node score) {
  merging out;
  out.content.content = {{"best_quality", {{"score", take(single(score), out.content)}}}};
  return out;
}

merging merged_by(node reducer) {
  merging out;
  out.content.content = {{"node", take(single(reducer), out.content)}};
  return out;
}

} // namespace troupe::dsl
