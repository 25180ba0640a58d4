// SPDX-License-Identifier: Apache-2.0
#include "config/template/reference.hpp"

namespace troupe::plan {

namespace {

unexpected<error> unresolved(const reference& x, const std::string& why) {
  return failure(errc::unresolved_reference, "${" + x.text + "}: " + why);
}

std::string names_in(const value& x) {
  constexpr size_t most = 8;
  std::string text;
  size_t count = 0;
  x.each_member([&](const std::string& name, const value&) {
    if (++count <= most)
      text += (text.empty() ? "" : ", ") + name;
  });
  return count > most ? text + ", …" : text;
}

expected<value> member_of(const value& x, const std::string& name, const std::string& whose,
                          const reference& all) {
  if (auto found = x.find(name))
    return *found;
  if (!x.is_object())
    return unresolved(all, whose + " is " + x.type_name() + ", it has no \"" + name + "\"");
  auto names = names_in(x);
  return unresolved(all, whose + " has no \"" + name + "\"" +
                           (names.empty() ? "; it is empty" : "; it has: " + names));
}

expected<value> item_of(const value& x, size_t place, const std::string& whose,
                        const reference& all) {
  if (auto found = x.at(place))
    return *found;
  if (!x.is_array())
    return unresolved(all, whose + " is " + x.type_name() + ", not a list");
  return unresolved(all, whose + " has " + std::to_string(x.size()) + " items, none at " +
                           std::to_string(place));
}

expected<value> begin_of(const reference& x, const view& from) {
  switch (x.origin) {
  case origin::inputs:
    return from.scope.run->inputs;
  case origin::environment:
    return from.scope.run->environment;
  case origin::secret:
    return from.scope.run->secrets;
  case origin::context:
    return from.scope.context.as_value();
  case origin::previous:
    return from.previous;
  case origin::result:
    return from.result ? *from.result : value{};
  case origin::step_output:
  case origin::step_result:
    break;
  case origin::name: {
    auto bound = from.scope.names.find(x.slot);
    return bound ? expected<value>{*bound} : unresolved(x, "is not bound here");
  }
  case origin::unbound:
    return unresolved(x, "is not known");
  }
  auto result = from.scope.results.find(x.slot);
  if (!result)
    return unresolved(x, "\"" + x.root +
                           "\" has no output: it was skipped, has failed, or was "
                           "not reached; `??` gives a default");
  return x.origin == origin::step_output ? (*result)->output : as_value(**result);
}

} // namespace

expected<value> resolve(const reference& x, const view& from) {
  size_t at = 0;
  expected<value> found;
  auto whose = "\"" + x.root + "\"";
  // One key of the context is looked up by itself: the whole may be large.
  auto key = x.way.empty() ? nullptr : std::get_if<std::string>(&x.way.front());
  if (x.origin == origin::context && key) {
    auto entry = from.scope.context.find(*key);
    found = entry ? expected<value>{*entry}
                  : member_of(from.scope.context.as_value(), *key, "context", x);
    at = 1;
    whose = "\"" + *key + "\"";
  } else {
    found = begin_of(x, from);
  }
  for (; found && at < x.way.size(); ++at) {
    if (auto name = std::get_if<std::string>(&x.way[at])) {
      found = member_of(*found, *name, whose, x);
      whose = "\"" + *name + "\"";
    } else if (auto place = std::get_if<size_t>(&x.way[at])) {
      found = item_of(*found, *place, whose, x);
      whose = "item " + std::to_string(*place);
    } else {
      auto inner = resolve(*std::get<std::shared_ptr<reference>>(x.way[at]), from);
      if (!inner)
        return inner;
      if (inner->is_string())
        found = member_of(*found, inner->text(), whose, x);
      else if (inner->json().is_number_unsigned() ||
               (inner->json().is_number_integer() && inner->json() >= 0))
        found = item_of(*found, inner->json().get<size_t>(), whose, x);
      else
        return unresolved(x, "wanted a name or a place from 0 in [ ], got " + inner->dump());
    }
  }
  return found;
}

} // namespace troupe::plan
