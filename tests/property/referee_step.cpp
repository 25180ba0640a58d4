// SPDX-License-Identifier: Apache-2.0
#include "tests/property/referee.hpp"

namespace troupe::test {

using nlohmann::json;

namespace {

constexpr moment patience_with_the_deaf = 3000;

std::string deed_of(const document& node, const scene& s) {
  auto& params = node["params"];
  if (s.tries <= params.value("fails_first", 0))
    return "fail";
  auto does = filled_in(params.value("does", json("succeed")), s.seen());
  return does && does->is_string() ? does->get<std::string>() : "succeed";
}

bool is_deaf(const document& node, const scene& s) { return deed_of(node, s) == "deaf"; }

} // namespace

const call_record* referee::call_at(const std::string& path, const scene& s) {
  auto [begin, end] = calls_.equal_range(path);
  for (auto i = begin; i != end; ++i)
    if (ms_of(i->second->at) == s.start && i->second->tries == s.tries)
      return i->second;
  return nullptr;
}

/// What the stand-in does if nobody stops it.
natural_end referee::script(const document& node, const std::string& path, const scene& s) {
  auto params = filled_in(json(node["params"]), s.seen());
  if (!params)
    return {.at = s.start, .how = status::failed, .codes = {"unresolved_reference"}};
  auto does = deed_of(node, s);
  auto later = node["type"] == "play" ? s.start + params->value("delay_ms", 0) : s.start;
  if (does == "succeed")
    return {.at = later,
            .output = params->contains("output") ? params->at("output")
                                                 : default_output(path, s.input, s.tries)};
  if (does == "fail")
    return {.at = later, .how = status::failed, .codes = {params->value("code", "step_failed")}};
  if (does == "throw")
    return {.at = s.start, .how = status::failed, .codes = {"step_failed"}};
  if (does == "crash")
    return {.at = later, .how = status::failed, .codes = {"crashed"}};
  return {};
}

bill referee::bill_for(const document& node, const scene& s, bool by_itself) {
  auto does = deed_of(node, s);
  auto is_billed = does == "succeed" || does == "fail" || (does == "hang" && !by_itself);
  return is_billed ? bill{std::llround(node["params"].value("cost", 0.0) * 1000), 1} : bill{};
}

bill referee::explain_call(const document& node, const std::string& path, const scene& s,
                           bool by_itself) {
  auto call = call_at(path, s);
  if (!call)
    return {};
  want_same(path, "input", s.input, call->input);
  want_same(path, "context", s.context, call->context);
  std::erase_if(calls_, [&](auto& x) { return x.second == call; });
  return bill_for(node, s, by_itself);
}

moment referee::grace_of(const document& node, const std::string& path, const scene& s) {
  return is_deaf(node, s) && call_at(path, s) ? patience_with_the_deaf : 0;
}

ending referee::step(const document& node, const step_result& r, const scene& s, moment limit) {
  auto natural = script(node, r.path, s);
  auto stop = std::min(s.stop, limit);
  auto by_itself = r.status != status::cancelled && !is_late(r);
  auto is_resolved = !natural.codes.contains("unresolved_reference");
  auto grace = grace_of(node, r.path, s);
  want(call_at(r.path, s) || !is_resolved || (!by_itself && stop <= s.start), r.path,
       "a call at " + text(s.start), "none");
  want(r.abandoned == (grace > 0), r.path, "to be abandoned only if it is deaf", "otherwise");
  ending e{.end = end_of(r), .how = r.status, .output = {}};
  e.spent = explain_call(node, r.path, s, by_itself);
  if (!by_itself) {
    auto why = r.status == status::cancelled ? s.stop : limit;
    want(why == stop && stop <= natural.at && end_of(r) == stop + grace, r.path,
         "an end at " + text(std::min(natural.at, stop)),
         std::string{to_string(r.error->code)} + " at " + text(end_of(r)));
    return e;
  }
  want(natural.at <= stop && end_of(r) == natural.at, r.path,
       "an end at " + text(std::min(natural.at, stop)), text(end_of(r)));
  auto& params = node["params"];
  if (natural.how == status::succeeded) {
    auto changes = filled_in(json(params.value("context", document::object())), s.seen());
    for (auto& [key, x] : changes->items())
      e.changes[key] = x;
    if (params.contains("erases"))
      e.changes[params["erases"].get<std::string>()] = {};
    e.action = action_of(json(params), s.input);
    if (params.contains("quality"))
      e.quality = json(params["quality"]).get<double>();
  }
  check_result(node, r, s, natural, e);
  return e;
}

} // namespace troupe::test
