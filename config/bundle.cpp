// SPDX-License-Identifier: Apache-2.0
#include "config/bundle.hpp"

#include "config/node_index.hpp"
#include "config/translation.hpp"

#include <algorithm>

namespace troupe::config {

using nlohmann::json;

namespace {

size_t place_of(const reading& all, const source* x) {
  auto is_it = [&](auto& one) { return &one == x; };
  auto found = std::find_if(all.sources.begin(), all.sources.end(), is_it);
  return static_cast<size_t>(found - all.sources.begin());
}

void unpack(const json& x, reading& to) {
  for (auto& one : x.at("documents")) {
    auto& made =
      to.sources.emplace_back(one.at("name").get<std::string>(), one.at("text").get<std::string>());
    if (auto& folder = one.at("folder"); !folder.is_null())
      made.folder = folder.get<std::string>();
  }
  for (auto& one : x.at("beside"))
    to.beside[{one.at(0).get<std::string>(), one.at(1).get<std::string>()}] =
      &to.sources.at(one.at(2).get<size_t>());
}

diagnostics problems_of(reading& all) {
  diagnostics found;
  for (auto sources : {&all.type_files, &all.sources})
    for (auto& source : *sources)
      for (auto& x : source.found.take())
        if (x.severity == severity::error)
          found.push_back(std::move(x));
  return found;
}

/// As a native document; members in the order in which they were written, which counts.
std::string text_of(source& x) {
  auto& made = x.content.translated;
  return pretty(made.is_null() ? as_written({x.content.root, "", x.found}) : made);
}

} // namespace

std::string bundle_of(reading& all) {
  json out{{"types", all.options.types}, {"documents", json::array()}, {"beside", json::array()}};
  for (auto& source : all.sources) {
    out["documents"].push_back(
      {{"name", source.content.name},
       {"text", text_of(source)},
       {"folder", source.folder ? json(source.folder->string()) : json()}});
  }
  for (auto& [way, source] : all.beside)
    out["beside"].push_back({way.first, way.second, place_of(all, source)});
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

expected<std::shared_ptr<const plan::flow>, diagnostics> plan_from_bundle(const std::string& text,
                                                                          const registry& kinds) {
  auto refuse = [](std::string why) {
    return unexpected<diagnostics>{{{.code = "invalid_bundle", .message = std::move(why)}}};
  };
  auto x = json::parse(text, nullptr, false);
  if (!x.is_object())
    return refuse("the flow is no JSON");
  try {
    reading_options options{.types = x.value("types", ""), .stub_unknown = true};
    reading all{kinds, options};
    unpack(x, all);
    if (all.sources.empty())
      return refuse("there is no document");
    auto is_right = read_types_file(all);
    for (auto& source : all.sources)
      is_right = is_right && parse(source, "native");
    if (is_right)
      read_native(all);
    if (auto found = problems_of(all); !is_right || !found.empty())
      return unexpected{std::move(found)};
    all.flow->index = std::make_shared<const plan::node_index>(*all.flow);
    return std::shared_ptr<const plan::flow>{all.flow};
  } catch (const json::exception& why) {
    return refuse(why.what());
  }
}

} // namespace troupe::config
