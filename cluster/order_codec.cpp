// SPDX-License-Identifier: Apache-2.0
#include "cluster/order_codec.hpp"

namespace troupe::wire {

using nlohmann::json;

json packed(const branch_order& x, packed_values& values, secrets way) {
  json out{{"node", x.flow->index->key_of(*x.node)},
           {"whole", x.is_whole},
           {"path", x.path},
           {"run", x.run_id},
           {"generation", x.generation},
           {"input", values.add(x.begin.input)},
           {"scope", packed(*x.begin.scope, *x.needs, values, way)},
           {"try", x.begin.try_number},
           {"listeners", x.has_listeners},
           {"keeps_all", x.keeps_all},
           {"budget", x.has_budget},
           {"undoing", x.is_undoing}};
  for (auto& one : x.before)
    out["before"].push_back({one.path, one.is_group, packed(one.end, *x.flow->index, values)});
  return out;
}

std::optional<branch_order> order_from(const json& x, const unpacked_values& values,
                                       std::shared_ptr<const plan::flow> flow) {
  try {
    branch_order out{.node = flow->index->find(x.at("node").get<std::string>()),
                     .is_whole = x.at("whole"),
                     .path = x.at("path"),
                     .run_id = x.at("run"),
                     .generation = x.at("generation"),
                     .has_listeners = x.at("listeners"),
                     .keeps_all = x.value("keeps_all", true),
                     .has_budget = x.at("budget"),
                     .is_undoing = x.at("undoing")};
    auto where = scope_from(x.at("scope"), values);
    if (!out.node || !where)
      return {};
    out.begin.input = values.at(x.at("input"));
    out.begin.try_number = x.at("try");
    auto run = where->run;
    out.begin.scope = std::make_shared<const scope>(std::move(*where));
    for (auto& one : x.value("before", json::array())) {
      auto end = finished_from(one.at(2), *flow->index, values, run);
      if (!end)
        return {};
      out.before.push_back({one.at(0), std::move(*end), one.at(1)});
    }
    out.needs = std::make_shared<const plan::needs>(out.is_whole ? plan::needs_of_whole(*out.node)
                                                                 : plan::needs_of_body(*out.node));
    out.flow = std::move(flow);
    return out;
  } catch (const json::exception&) {
    return {};
  }
}

} // namespace troupe::wire
