// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/template.hpp"

#include "config/suggest.hpp"
#include "config/template/filter.hpp"

#include <nlohmann/json.hpp>

namespace troupe::config::blueprint {

namespace {

/// What stands between `{{` and `}}`.
class parser {
public:
  parser(std::string_view text, const step_names& names) : in_{text}, names_{names} {}

  expected<std::string, syntax_problem> run() {
    auto all = alternatives();
    while (in_.eat("|"))
      all += " | " + filter();
    if (!in_.is_at_end())
      in_.refuse("wanted `or`, `|` or `}}`, got " + in_.found(),
                 "a template is a value, such as context.x or steps.NAME.output; what is computed "
                 "is computed by a jq step");
    if (auto& problem = in_.problem())
      return unexpected{*problem};
    return "${" + all + "}";
  }

private:
  std::string alternatives() {
    if (in_.eat("(")) {
      in_.enter();
      auto inner = alternatives();
      in_.leave();
      in_.wants(")");
      return inner;
    }
    auto all = operand();
    while (in_.eat("or"))
      all += " ?? " + operand();
    return all;
  }

  std::string operand() {
    auto& now = in_.now();
    if (now.is == token::kind::text)
      return nlohmann::json(in_.take().text).dump();
    if (now.is == token::kind::number)
      return in_.take().text;
    if (in_.eat("True") || in_.eat("true"))
      return "true";
    if (in_.eat("False") || in_.eat("false"))
      return "false";
    if (in_.eat("None") || in_.eat("null"))
      return "null";
    return native_reference(in_.read_path(), names_, in_);
  }

  std::string filter() {
    auto name = in_.now().is == token::kind::name ? in_.now().text : std::string{};
    auto kind = plan::filter_from(name);
    if (!kind) {
      auto hint = did_you_mean(name, plan::filter_names());
      in_.refuse("there is no filter " + in_.found(),
                 hint.empty() ? "there are join upper lower length tojson" : hint);
      return {};
    }
    in_.take();
    return plan::to_string({*kind, *kind == plan::filter::kind::join ? separator() : ""});
  }

  std::string separator() {
    auto has_begin = in_.eat("(");
    if (!has_begin || in_.now().is != token::kind::text) {
      in_.refuse("`join` needs what to put between the items", "write join(', ')");
      return {};
    }
    auto text = in_.take().text;
    in_.wants(")");
    return text;
  }

  words in_;
  const step_names& names_;
};

/// Where the `}}` stands that ends a template; those in quotes do not.
size_t end_of(std::string_view text, size_t at) {
  for (char quote = 0; at < text.size(); ++at)
    if (quote != 0)
      quote = text[at] == quote ? '\0' : quote;
    else if (text[at] == '"' || text[at] == '\'')
      quote = text[at];
    else if (text.substr(at, 2) == "}}")
      return at;
  return text.npos;
}

/// `$` before a template would make a literal of it.
void keep_dollar(std::string& out) {
  if (!out.ends_with('$'))
    return;
  out.pop_back();
  out += "${\"$\"}";
}

} // namespace

expected<std::string, syntax_problem> to_native(std::string_view text, const step_names& names) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    auto rest = text.substr(at);
    if (rest.starts_with("\\{{")) {
      out += "{{";
      at += 3;
    } else if (rest.starts_with("{{")) {
      auto end = end_of(text, at + 2);
      if (end == text.npos)
        return unexpected<syntax_problem>{{.piece = std::string{rest},
                                           .message = "a template does not end",
                                           .hint = "write {{ context.x }}",
                                           .at = at}};
      auto inner = text.substr(at + 2, end - at - 2);
      auto first = inner.find_first_not_of(" \t\n");
      if (first != inner.npos && (inner[first] == '#' || inner[first] == '/'))
        return unexpected<syntax_problem>{
          {.piece = std::string{inner},
           .message = "there are no blocks in templates",
           .hint = "make the text by a jq step, or use `| join(', ')`",
           .at = at + 2}};
      auto made = parser{inner, names}.run();
      if (!made) {
        made.error().at += at + 2;
        return made;
      }
      keep_dollar(out);
      out += *made;
      at = end + 2;
    } else if (rest.starts_with("${") && !rest.starts_with("${{")) {
      out += "$${";
      at += 2;
    } else {
      out += text[at++];
    }
  }
  return out;
}

} // namespace troupe::config::blueprint
