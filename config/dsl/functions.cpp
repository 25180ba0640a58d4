// SPDX-License-Identifier: Apache-2.0
#include "config/dsl/functions.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <map>
#include <string_view>
#include <type_traits>

namespace troupe::dsl {

namespace {

/// JSON text has no binary values, so nothing that is written can be taken for one.
written mark_of(const function& x) {
  auto address = &x;
  written::binary_t bytes;
  bytes.resize(sizeof address);
  std::memcpy(bytes.data(), &address, sizeof address);
  return bytes;
}

class search {
public:
  explicit search(piece& document) {
    for (auto& x : document.functions)
      known_[mark_of(*x)] = x.get();
    if (!known_.empty())
      walk(document.content, document.content, "");
  }
  std::vector<unnamed> take() { return std::move(found_); }

private:
  /// `node`: what `x` is, or is a part of; `part`: which.
  void walk(written& x, const written& node, const std::string& pointer,
            const std::string& part = "") {
    if (!x.is_structured())
      return;
    for (auto& [key, member] : x.items())
      if (auto function = member.is_binary() ? known_.find(member) : known_.end();
          function != known_.end())
        found_.push_back({&member, function->second, part + key, id_of(node), pointer});
      else if (key == merges && member.is_object())
        walk(member, x, pointer, key + "/");
      else
        walk(member, member, pointer + "/" + escaped(key));
  }

  static constexpr std::string_view merges = "context_merge"; // no node, but a part of one

  static std::string id_of(const written& node) {
    auto id = node.find("id");
    return id != node.end() && id->is_string() ? id->get<std::string>() : "";
  }

  static std::string escaped(const std::string& key) {
    std::string out;
    for (auto c : key)
      out += c == '~' ? "~0" : c == '/' ? "~1" : std::string{c};
    return out;
  }

  std::map<written, const function*> known_;
  std::vector<unnamed> found_;
};

bool is_known(const registry& kinds, const std::string& name) {
  return kinds.find(name) || kinds.find_merge(name) || kinds.find_split(name) ||
         kinds.find_context_merge(name);
}

/// The node's id; in a flow that is called, behind the name of that flow.
std::string label_of(const unnamed& x) {
  constexpr std::string_view flows = "/flows/";
  if (!x.pointer.starts_with(flows))
    return x.id;
  auto rest = x.pointer.substr(flows.size());
  return rest.substr(0, rest.find('/')) + (x.id.empty() ? "" : "/" + x.id);
}

std::string name_for(const unnamed& x, const registry& kinds) {
  auto label = label_of(x);
  auto first = label.empty() ? std::string{"function"} : "function:" + label;
  auto name = first;
  for (auto number = 2; is_known(kinds, name); ++number)
    name = first + "_" + std::to_string(number);
  return name;
}

void add_step(registry& kinds, const std::string& name, const function& x) {
  step_kind kind{.name = name};
  std::visit(
    [&](auto& run) {
      if constexpr (!std::is_same_v<decltype(run), const list_fn&>)
        kind.run = run;
    },
    x.run);
  kinds.add(std::move(kind));
}

void add(registry& kinds, const std::string& name, const function& x) {
  switch (x.role) {
  case role::step:
    return add_step(kinds, name, x);
  case role::merge:
    return kinds.add_merge(name, std::get<list_fn>(x.run));
  case role::split:
    return kinds.add_split(name, std::get<list_fn>(x.run));
  case role::context_merge:
    return kinds.add_context_merge(name, std::get<list_fn>(x.run));
  }
}

} // namespace

piece marked(function x) {
  auto owned = std::make_shared<const function>(std::move(x));
  return {mark_of(*owned), {owned}};
}

written take(piece from, piece& into) {
  std::move(from.functions.begin(), from.functions.end(), std::back_inserter(into.functions));
  return std::move(from.content);
}

std::vector<unnamed> unnamed_functions(piece& document) { return search{document}.take(); }

void name_functions(piece& document, registry& kinds) {
  std::map<const function*, std::string> names;
  for (auto& x : unnamed_functions(document)) {
    auto& name = names[x.what]; // of several nodes with one function the first gives the name
    if (name.empty()) {
      name = name_for(x, kinds);
      add(kinds, name, *x.what);
    }
    *x.mark = name;
  }
}

} // namespace troupe::dsl
