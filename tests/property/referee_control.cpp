// SPDX-License-Identifier: Apache-2.0
#include "tests/property/referee.hpp"

namespace troupe::test {

using nlohmann::json;

namespace {

/// Where a node's `next` leads: the way of an action, else the default one.
const document* way_of(const document& node, const std::string& action) {
  if (!node.contains("next"))
    return nullptr;
  auto& next = node["next"];
  if (next.is_string())
    return &next;
  auto found = next.find(action.empty() ? "default" : action);
  if (found == next.end())
    found = next.find("default");
  return found == next.end() ? nullptr : &*found;
}

bool takes_errors(const document& node) {
  return node.contains("next") && node["next"].is_object() && node["next"].contains("error");
}

size_t place_of(const document& children, const document& id) {
  auto is_it = [&](auto& x) { return x["id"] == id; };
  return static_cast<size_t>(std::find_if(children.begin(), children.end(), is_it) -
                             children.begin());
}

/// Behind the last of the alternatives of a node.
size_t behind_all(const document& children, const document& node) {
  if (node["next"].is_string())
    return place_of(children, node["next"]) + 1;
  size_t last = 0;
  for (auto& to : node["next"])
    if (to != "end")
      last = std::max(last, place_of(children, to) + 1);
  return last;
}

} // namespace

/// A list with ways through it.
ending referee::jumping(const document& node, const document& children, const step_result& r,
                        const scene& s, moment limit) {
  auto stop = std::min(s.stop, limit);
  auto here = s;
  here.stop = stop;
  ending e;
  natural_end natural{.at = s.start};
  auto is_degraded = false;
  auto last = s.start;
  std::vector<size_t> visits(children.size());
  size_t behind = 0; // where it goes on after a jump; 0: with the next one
  size_t begun = 0;
  auto fail = [&](const std::string& code) {
    natural.how = status::failed;
    natural.codes = {code};
  };
  for (size_t at = 0; at < children.size();) {
    auto& child = children[at];
    if (visits[at] >= child.value("max_visits", 100U)) {
      fail("loop_limit");
      break;
    }
    auto path = inside(r.path, child, ++visits[at]);
    auto x = child_of(r, path);
    if (!x || natural.at > stop) {
      want(!x, path, "no start", "one");
      want(natural.at >= stop, path, "a start at " + text(natural.at), "none");
      natural.at = never;
      break;
    }
    ++begun;
    for (auto& id : ids_in(child)) { // of an earlier visit
      e.left.erase(id);
      here.outputs.erase(id);
    }
    here.start = natural.at;
    auto y = whole(child, *x, here);
    last = natural.at = y.end;
    e.spent += y.spent;
    here.input = y.output;
    if (y.how == status::cancelled) {
      natural.at = never;
      break;
    }
    if (y.how == status::failed && !takes_errors(child)) {
      fail(code_of(*x));
      break;
    }
    is_degraded = is_degraded || y.how == status::failed || y.how == status::degraded;
    if (y.ok())
      e.quality = y.quality;
    here.context = with(here.context, y.changes);
    for (auto& [key, wanted] : y.changes)
      e.changes[key] = wanted;
    for (auto& [id, output] : y.left)
      e.left[id] = here.outputs[id] = output;
    auto action = y.how == status::failed ? "error" : y.action;
    if (child.contains("action") && child.contains("next") && y.success()) {
      auto named = filled_in(json(child["action"]), here.seen());
      if (!named || !named->is_string()) {
        fail(named ? "invalid_output" : "unresolved_reference");
        break;
      }
      action = *named;
    }
    auto way = y.how == status::skipped ? nullptr : way_of(child, action);
    if (!way) {
      at = behind > 0 ? behind : at + 1;
      behind = 0;
      continue;
    }
    if (*way == "end")
      break;
    auto to = place_of(children, *way);
    behind = to > at ? std::max(behind, behind_all(children, child)) : 0;
    at = to;
  }
  auto found = std::count_if(r.children.begin(), r.children.end(),
                             [&](auto& x) { return !has_not_begun(*x); });
  want(found == static_cast<ptrdiff_t>(begun), r.path, std::to_string(begun) + " visits",
       std::to_string(found));
  if (natural.how == status::succeeded && is_degraded)
    natural.how = status::degraded;
  natural.output = here.input;
  return conclude(node, r, s, limit, natural, last, e);
}

ending referee::loop(const document& node, const step_result& r, const scene& s, moment limit) {
  auto stop = std::min(s.stop, limit);
  auto here = s;
  here.stop = stop;
  auto list = node["loop"].is_array() ? node["loop"] : document::array({node["loop"]});
  auto inner = ids_in(list);
  ending e;
  natural_end natural{.at = s.start};
  auto is_degraded = false;
  auto last = s.start;
  auto most = node.value("max_iterations", 100U);
  size_t rounds = 0;
  auto fail = [&](const std::string& code) {
    natural.how = status::failed;
    natural.codes = {code};
  };
  auto asked = [&](const char* key) {
    auto is_true = holds(node[key].get<std::string>(), here.input);
    if (!is_true)
      fail("expression_failed");
    return is_true.value_or(false);
  };
  for (;;) {
    if (node.contains("while") && !asked("while"))
      break;
    auto input = here.input;
    here.outputs["index"] = rounds;
    if (node.contains("carry") && rounds > 0) {
      auto carried = filled_in(json(node["carry"]), here.seen());
      if (!carried) {
        fail("unresolved_reference");
        break;
      }
      input = *carried;
    }
    if (rounds == most) {
      if (node.value("on_limit", "fail") == "fail") {
        fail("loop_limit");
        natural.output_of_failure = here.input;
      }
      break;
    }
    for (auto& id : inner) // each round anew
      here.outputs.erase(id);
    auto path = r.path + (rounds > 0 ? "#" + std::to_string(rounds + 1) : "");
    auto x = child_of(r, path);
    if (!x) {
      want(natural.at >= stop, path, "a round at " + text(natural.at), "none");
      natural.at = never;
      break;
    }
    here.start = natural.at;
    auto round = here;
    round.input = input;
    want(start_of(*x) == natural.at, path, "a start at " + text(natural.at), text(start_of(*x)));
    auto y = sequence(document::object(), list, *x, round, never);
    want(y.spent == bill_of(x->metrics), path, "a bill of " + to_string(y.spent),
         to_string(bill_of(x->metrics)));
    last = natural.at = y.end;
    e.spent += y.spent;
    ++rounds;
    if (y.how == status::cancelled)
      natural.at = never;
    if (y.how == status::failed)
      fail(code_of(*x));
    if (!y.ok())
      break;
    here.input = y.output;
    is_degraded = is_degraded || y.how == status::degraded;
    e.quality = y.quality;
    here.context = with(here.context, y.changes);
    for (auto& [key, wanted] : y.changes)
      e.changes[key] = wanted;
    for (auto& [id, output] : y.left)
      here.outputs[id] = output;
    if (node.contains("until") && (asked("until") || natural.how == status::failed))
      break;
  }
  want(r.children.size() == rounds, r.path, std::to_string(rounds) + " rounds",
       std::to_string(r.children.size()));
  if (natural.how == status::succeeded && is_degraded)
    natural.how = status::degraded;
  natural.output = here.input;
  return conclude(node, r, s, limit, natural, last, e);
}

ending referee::choice(const document& node, const step_result& r, const scene& s, moment limit) {
  auto& list = node["choice"];
  auto stop = std::min(s.stop, limit);
  ending e;
  natural_end natural{.at = s.start, .how = status::skipped, .output = s.input};
  auto last = s.start;
  std::vector<std::string> paths;
  for (size_t i = 0; i < list.size(); ++i) {
    auto& to = list[i].contains("else") ? list[i]["else"] : list[i]["then"];
    auto name = list[i].contains("else") ? "else" : "then_" + std::to_string(i + 1);
    paths.push_back(inside(r.path, to.is_array() ? name : to["id"].get<std::string>()));
  }
  std::optional<size_t> chosen;
  for (size_t i = 0; i < list.size() && !chosen && natural.how == status::skipped; ++i) {
    auto is_true =
      list[i].contains("else") ? true : holds(list[i]["when"].get<std::string>(), s.input);
    if (!is_true)
      natural = {.at = s.start, .how = status::failed, .codes = {"expression_failed"}};
    else if (*is_true)
      chosen = i;
  }
  for (size_t i = 0; i < paths.size(); ++i)
    want(chosen == i || !child_of(r, paths[i]), paths[i], "not to be chosen", "that it ran");
  auto x = chosen ? child_of(r, paths[*chosen]) : nullptr;
  if (chosen && !x) {
    want(s.start >= stop, paths[*chosen], "to be chosen", "nothing");
    natural.at = never;
  }
  if (x) {
    auto& to = list[*chosen].contains("else") ? list[*chosen]["else"] : list[*chosen]["then"];
    auto here = s;
    here.stop = stop;
    auto y = whole(to.is_array() ? document{{"sequence", to}} : to, *x, here);
    last = natural.at = y.end;
    natural.how = y.how;
    natural.output = y.output;
    if (y.how == status::failed)
      natural.codes = {code_of(*x)};
    if (y.how == status::cancelled)
      natural.at = never;
    e = y;
    e.action.clear();
  }
  return conclude(node, r, s, limit, natural, last, e);
}

} // namespace troupe::test
