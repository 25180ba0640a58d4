// SPDX-License-Identifier: Apache-2.0
#include "tests/support/corpus.hpp"
#include "tests/support/flows.hpp"
#include "tests/support/golden.hpp"
#include "troupe/engine.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>

// Each document has a file beside it that says what is told of it, what it is as a native document,
// and what comes of it.

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;

namespace fs = std::filesystem;

namespace {

/// The family's documents in a folder of their own, where they may read and write.
class family : scratch_folder {
public:
  explicit family(const std::string& name) : folder_{source_folder() / "tests/documents" / name} {
    for (auto& file : files_in(folder_, document_endings()))
      fs::copy(file, path());
    ::setenv("HOME", "somewhere", 1); // documents read it, whoever runs them
    add_stand_ins();
  }

  void check(const reading_options& options) {
    for (auto& file : files_in(folder_, document_endings()))
      check_golden(golden_of(file, ".golden"), story_of(file.filename().string(), options));
  }

  /// Documents count as valid with the kinds that there are, and run with stubs alone.
  void check_with_stubs() {
    auto real = std::exchange(kinds_, harmless_kinds());
    wanted_inputs_ = true;
    for (auto& file : files_in(folder_, document_endings())) {
      auto name = file.filename().string();
      auto read = load_flow(name, real, {.stub_unknown = true});
      refused_ += read ? 0 : 1;
      auto story = told(read ? read->warnings() : read.error());
      if (read)
        story += story_of(name, {.stub_unknown = true});
      check_golden(golden_of(file, ".golden"), story);
    }
  }
  size_t refused() const { return refused_; }
  size_t failed() const { return failed_; }

  void check_refused(const reading_options& options) {
    for (auto& file : files_in(folder_ / "refused", document_endings())) {
      auto read = parse_flow(read_text(file), kinds_, file.filename().string(), options);
      BOOST_TEST(!read, file << " is valid");
      check_golden(golden_of(file, ".error"), told(read ? read->warnings() : read.error()));
    }
  }

private:
  static fs::path golden_of(const fs::path& file, const std::string& ending) {
    return file.parent_path() / (file.filename().string() + ending);
  }

  static std::string told(const diagnostics& all) {
    std::string text;
    for (auto& x : all)
      text += to_string(x);
    return text;
  }

  /// What reaches out of the process answers here with what it was asked.
  void add_stand_ins() {
    kinds_ = engine{}.steps();
    kinds_.add_inline("http", [](const step_input& in) {
      return step_output{json{{"response", {{"asked", in.params.json()}}}, {"status_code", 200}}};
    });
    kinds_.add_inline("llm", [](const step_input& in) {
      auto asked = in.params.find("prompt") ? in.param("prompt") : in.param("messages");
      return step_output{json{{"response", "answer to: " + asked.as_text()}}};
    });
  }

  /// A text; or an object with all that the prompt puts into quotes, if JSON is asked for.
  static json answer_to(const step_input& in) {
    if (!in.params.find("response_format"))
      return {{"response", "an answer"}};
    auto prompt = in.param("prompt").as_text();
    auto fields = json::object();
    static const std::regex quoted{"\"([A-Za-z_]+)\""}, amounts{"score|rating|confidence|stars"};
    for (std::sregex_iterator x{prompt.begin(), prompt.end(), quoted}, end; x != end; ++x)
      fields[(*x)[1]] = std::regex_match((*x)[1].str(), amounts) ? json(9) : json("a");
    return {{"response", fields}};
  }

  /// Those that reach nothing outside of the process.
  registry harmless_kinds() const {
    registry all;
    for (auto name : {"echo", "template", "jq", "sleep", "fail", "log", "merge", "split"})
      all.add(*kinds_.find(name));
    auto add = [&](const char* name, json output) {
      all.add_inline(name, [output](const step_input&) { return step_output(output); });
    };
    all.add_inline("llm", [](const step_input& in) { return step_output(answer_to(in)); });
    add("http", {{"response", {{"items", {1, 2}}}}, {"status_code", 200}});
    add("shell", {{"stdout", "1"}, {"stderr", ""}, {"exit_code", 0}});
    add("read-file", {{"content", "a text"}, {"file_path", "a.txt"}});
    add("write-file", {{"written", true}, {"file_path", "a.txt"}});
    add("list-files", {{"files", {"a.txt", "b.txt"}}, {"count", 2}});
    return all;
  }

  static value inputs_for(const flow& x) {
    static const std::map<std::string, json> examples{{"number", 3},
                                                      {"integer", 3},
                                                      {"boolean", true},
                                                      {"array", {"a", "b"}},
                                                      {"object", json::object()}};
    auto all = json::object();
    for (auto& [name, spec] : x.inputs().items()) {
      auto type = spec.is_object()   ? spec.value("type", "string")
                  : spec.is_string() ? spec.get<std::string>()
                                     : "";
      auto known = examples.find(type);
      if (!spec.is_object() || !spec.contains("default"))
        all[name] = known == examples.end() ? json("a text") : known->second;
    }
    return value{all};
  }

  json came_of(const flow& x) {
    engine fresh; // with nothing in its cache
    auto result = fresh.run(x, wanted_inputs_ ? inputs_for(x) : value{},
                            {.secret = [](auto&) { return "a secret"; }, .end_when_waiting = true});
    json out{{"status", to_string(result.status)},
             {"output", result.output.json()},
             {"context", result.context.json()}};
    if (result.error)
      out["error"] = *result.error;
    return lasting(out);
  }

  std::string story_of(const std::string& name, const reading_options& options) {
    BOOST_TEST_CONTEXT(name) {
      auto read = load_flow(name, kinds_, options);
      auto story = told(read ? read->warnings() : read.error());
      auto converted = convert_flow(name, options);
      if (converted)
        story += "== native\n" + converted->text;
      if (!read)
        return story;
      BOOST_REQUIRE(converted);
      write("converted.json", converted->text);
      auto again = load_flow("converted.json", kinds_,
                             {.types = options.types, .stub_unknown = options.stub_unknown});
      BOOST_TEST(again.has_value(), (again ? "" : told(again.error())));
      auto result = came_of(*read);
      failed_ += result["status"] == "failed" ? 1 : 0;
      if (again)
        BOOST_TEST(came_of(*again) == result, "converted, it runs otherwise");
      return story + "== result\n" + result.dump(2) + "\n";
    }
    return {};
  }

  fs::path folder_;
  registry kinds_;
  size_t refused_ = 0, failed_ = 0;
  bool wanted_inputs_ = false; ///< those without a default are made up
};

} // namespace

BOOST_AUTO_TEST_SUITE(documents_suite)

BOOST_AUTO_TEST_CASE(native_documents_do_what_they_did) { family{"native"}.check({}); }
BOOST_AUTO_TEST_CASE(graph_documents_do_what_they_did) { family{"graph"}.check({}); }
BOOST_AUTO_TEST_CASE(chains_do_what_they_did) { family{"chain"}.check({.stub_unknown = true}); }
BOOST_AUTO_TEST_CASE(blueprints_do_what_they_did) {
  family{"blueprint"}.check({.stub_unknown = true});
}
BOOST_AUTO_TEST_CASE(documents_of_language_models_do_what_they_did) {
  family all{"llm"};
  all.check_with_stubs();
  BOOST_TEST(all.refused() <= 4u); // of 40
}

BOOST_AUTO_TEST_CASE(documents_of_language_models_without_our_page_are_told_what_to_mend) {
  family{"llm_without_page"}.check_with_stubs();
}

BOOST_AUTO_TEST_CASE(wrong_native_documents_are_refused_to_the_letter) {
  family{"native"}.check_refused({});
}
BOOST_AUTO_TEST_CASE(wrong_graph_documents_are_refused_to_the_letter) {
  family{"graph"}.check_refused({});
}
BOOST_AUTO_TEST_CASE(wrong_chains_are_refused_to_the_letter) { family{"chain"}.check_refused({}); }
BOOST_AUTO_TEST_CASE(wrong_blueprints_are_refused_to_the_letter) {
  family{"blueprint"}.check_refused({.stub_unknown = true});
}

BOOST_AUTO_TEST_SUITE_END()
