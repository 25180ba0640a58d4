// SPDX-License-Identifier: Apache-2.0
#include "tests/property/referee.hpp"

namespace troupe::test {

using nlohmann::json;

/// The context that a flow declares.
json begin_of(const document& flow) {
  auto context = json::object();
  if (flow.contains("context"))
    for (auto& [key, x] : flow["context"].items())
      if (x.contains("value"))
        context[key] = json(x["value"]);
  return context;
}

/// Another flow, which sees its own inputs and its own context, and changes nobody else's. Its root
/// is not in the tree: only its end has been told.
ending referee::call(const document& node, const step_result& r, const scene& s, moment limit) {
  auto& target = document_["flows"][node["call"].get<std::string>()];
  ending e;
  natural_end natural{.at = s.start};
  auto inputs = filled_in(json(node.value("with", document::object())), s.seen());
  if (!inputs) {
    natural.how = status::failed;
    natural.codes = {"unresolved_reference"};
    return conclude(node, r, s, limit, natural, s.start, e);
  }
  scene here{.start = s.start, .input = s.input, .context = begin_of(target), .tries = s.tries};
  here.stop = std::min(s.stop, limit);
  here.outputs["inputs"] = *inputs;
  const step_result* root = nullptr;
  auto [begin, end] = ended_.equal_range(r.path);
  for (auto i = begin; i != end; ++i)
    if (i->second->type == "flow" && start_of(*i->second) >= s.start &&
        end_of(*i->second) <= end_of(r))
      root = i->second;
  if (!root) {
    want(s.start >= here.stop, r.path, "a call of the flow", "none");
    natural.at = never;
    return conclude(node, r, s, limit, natural, s.start, e);
  }
  auto caller = std::exchange(flow_, &target);
  auto y = sequence(document::object(), target["pipeline"], *root, here, never);
  flow_ = caller;
  want(y.spent == bill_of(root->metrics), r.path, "a bill of " + to_string(y.spent),
       to_string(bill_of(root->metrics)));
  e.spent = y.spent;
  e.quality = y.quality;
  natural.at = y.how == status::cancelled ? never : y.end;
  natural.how = y.how;
  natural.output = y.output;
  natural.output_of_failure = root->output.json();
  if (y.how == status::failed)
    natural.codes = {code_of(*root)};
  if (y.ok() && target.contains("output")) {
    auto outputs = y.left;
    outputs["inputs"] = *inputs;
    natural.output =
      filled_in(json(target["output"]), {y.output, with(here.context, y.changes), outputs, {}});
    if (!natural.output) {
      natural.how = status::failed;
      natural.codes = {"unresolved_reference"};
      natural.output_of_failure = json();
    }
  }
  return conclude(node, r, s, limit, natural, y.end, e);
}

} // namespace troupe::test
