// SPDX-License-Identifier: Apache-2.0
// Reads README.md and every page of docs/ as somebody does who tries all that stands there.
#include "tests/support/command.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/page.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

using namespace troupe::test;
namespace fs = std::filesystem;

namespace {

/// Pages that have a test of their own, or that a test writes.
const std::set<std::string> tested_elsewhere{"docs/dsl.md", "docs/errors.md", "docs/flows.md",
                                             "docs/formats.md"};

/// Pages whose `text` is a picture, or the report of one machine, which no other prints.
const std::set<std::string> with_pictures{"README.md", "docs/architecture.md", "docs/cluster.md",
                                          "docs/concepts.md", "docs/protocols.md"};

/// Pages, besides the tutorial, whose commands are run, and print the `text` below them.
const std::set<std::string> with_commands{"docs/troubleshooting.md"};

/// `From [merge.cpp](../examples/extend/merge.cpp):` leads to a block that stands in that file.
std::optional<fs::path> file_linked_in(const std::string& before) {
  std::smatch found;
  return std::regex_search(before, found, std::regex{"\\]\\(([^)# ]+)\\)[^\\]]*:$"})
           ? std::optional<fs::path>{found[1].str()}
           : std::nullopt;
}

/// `A file called x.json:` leads to a block that is that file.
std::optional<std::string> file_called_in(const std::string& before) {
  std::smatch found;
  return std::regex_search(before, found, std::regex{"called `([^`]+)`:$"})
           ? std::optional{found[1].str()}
           : std::nullopt;
}

int exit_code_in(const std::string& before) {
  std::smatch found;
  return std::regex_search(before, found, std::regex{"exit code ([0-9]+)"}) ? std::stoi(found[1])
                                                                            : 0;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in{line};
  std::vector<std::string> all;
  for (std::string word; in >> word && word != "#";)
    all.push_back(word);
  return all;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in{text};
  std::vector<std::string> all;
  for (std::string line; std::getline(in, line);)
    all.push_back(line);
  return all;
}

/// Whether `./dev` has that command.
bool dev_has(const std::string& name) {
  return std::regex_search(read_text(source_folder() / "dev"),
                           std::regex{"\n  (\\w+ \\| )*" + name + "( \\| [-\\w]+)*\\)"});
}

/// Whether the command has these options. `words`: its name and what follows; the words up to the
/// first option may lead to a command below it.
bool troupe_has(const std::vector<std::string>& words) {
  auto first = std::find_if(words.begin(), words.end(),
                            [](auto& word) { return word.find_first_of("-<>") == 0; });
  std::vector<std::string> arguments{words.begin(), first};
  arguments.push_back("--help");
  auto help = command(arguments);
  return help.code == 0 && std::all_of(words.begin() + 1, words.end(), [&](auto& word) {
           return !word.starts_with("-") ||
                  std::regex_search(help.out, std::regex{"[ ,]" + word + "[ ,\n]"});
         });
}

/// Whether there is such a command, and it has these options.
bool is_known(const std::string& line) {
  static const std::set<std::string> of_the_shell{"cat", "echo", "printf"};
  auto words = words_of(line);
  auto begin = std::find_if(words.begin(), words.end(), [](auto& word) {
    return word.find('=') == word.npos; // NAME=value may stand before a command
  });
  words.erase(words.begin(), begin);
  if (words.size() < 2)
    return words.size() == 1 && of_the_shell.contains(words.front());
  std::vector<std::string> rest{words.begin() + 1, words.end()};
  if (words.front() == "./dev")
    return dev_has(rest.front()) && (rest.front() != "run" || troupe_has(rest));
  return of_the_shell.contains(words.front()) || (words.front() == "troupe" && troupe_has(rest));
}

/// A page, tried in a folder of its own that holds what lies beside the page.
class page_reader : scratch_folder {
public:
  explicit page_reader(std::string page)
    : page_{std::move(page)}, folder_{(source_folder() / page_).parent_path()},
      runs_commands_{with_commands.contains(page_) || is_tutorial()} {
    if (is_tutorial())
      fs::copy(folder_, path());
  }

  void read() {
    for (auto& x : blocks_of(read_text(source_folder() / page_)))
      BOOST_TEST_CONTEXT(page_ << ":" << x.line) {
        BOOST_TEST(!x.language.empty(), "a block without a language");
        read(x);
      }
  }

private:
  bool is_tutorial() const { return page_.starts_with("docs/tutorial/"); }

  void read(const block& x) {
    auto linked = file_linked_in(x.before);
    auto called = file_called_in(x.before);
    if (linked && x.language != "sh" && x.language != "text")
      check_quote(folder_ / *linked, x.content);
    else if (x.language == "cpp" && !quoted_.empty())
      check_quote(quoted_, x.content); // goes on where the last one was
    else if (called && runs_commands_)
      write(*called, x.content);
    else if (x.language == "sh")
      check_commands(x.content);
    else if (x.language == "text" && printed_)
      check_printed(x);
    else if (x.language == "text" && quoted_.extension() == ".cpp")
      BOOST_TEST(x.content == read_text(fs::path{quoted_}.replace_extension(".expected")));
    else if (x.language == "json" && x.content.find("\"pipeline\"") != std::string::npos)
      check_flow(x.content);
    else if (x.language != "text" || !with_pictures.contains(page_))
      BOOST_ERROR("no test covers this block");
  }

  void check_quote(const fs::path& file, const std::string& content) {
    BOOST_TEST((read_text(file).find(content) != std::string::npos), "not so in " << file);
    quoted_ = file;
  }

  void check_commands(const std::string& lines) {
    std::string printed;
    for (auto& line : lines_of(lines)) {
      std::istringstream parts{line.substr(0, line.find('#'))};
      for (std::string part; std::getline(parts, part, '|');)
        BOOST_TEST(is_known(part), "there is no such command or option: " << part);
      if (!runs_commands_)
        continue;
      auto ended = std::system(("{ " + line + "\n} > .printed 2>&1").c_str());
      code_ = WEXITSTATUS(ended);
      printed += read_text(".printed");
    }
    if (runs_commands_)
      printed_ = printed;
  }

  void check_printed(const block& x) {
    BOOST_TEST(*printed_ == x.content, "it prints:\n" << *printed_);
    BOOST_TEST(code_ == exit_code_in(x.before));
    printed_.reset();
  }

  void check_flow(const std::string& text) {
    write("flow.json", text);
    auto checked = command({"validate", "flow.json"});
    BOOST_TEST(checked.code == 0, checked.out << checked.err);
  }

  std::string page_;
  fs::path folder_;
  bool runs_commands_;
  fs::path quoted_;                    ///< where the last quote stands
  std::optional<std::string> printed_; ///< by the last commands, until the page has said what
  int code_ = 0;                       ///< of the last command
};

std::vector<std::string> pages() {
  std::vector<std::string> all{"README.md", "CONTRIBUTING.md"};
  for (auto& entry : fs::recursive_directory_iterator{source_folder() / "docs"})
    if (entry.path().extension() == ".md")
      all.push_back(fs::relative(entry.path(), source_folder()).string());
  std::sort(all.begin(), all.end());
  return all;
}

std::string all_pages() {
  std::string all;
  for (auto& page : pages())
    all += read_text(source_folder() / page);
  return all;
}

/// The pages call the command by its name.
struct book_fixture {
  std::string path_before = std::getenv("PATH");
  book_fixture() {
    auto folder = fs::path{std::getenv("TROUPE_COMMAND")}.parent_path().string();
    ::setenv("PATH", (folder + ":" + path_before).c_str(), 1);
  }
  ~book_fixture() { ::setenv("PATH", path_before.c_str(), 1); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(book_suite, book_fixture)

BOOST_AUTO_TEST_CASE(every_block_of_every_page_is_tried) {
  for (auto& page : pages())
    if (!tested_elsewhere.contains(page))
      page_reader{page}.read();
}

BOOST_FIXTURE_TEST_CASE(the_flow_of_the_readme_counts_what_is_in_the_readme, scratch_folder) {
  auto readme = read_text(source_folder() / "README.md");
  auto blocks = blocks_of(readme);
  auto document =
    std::find_if(blocks.begin(), blocks.end(), [](auto& x) { return x.language == "json"; });
  BOOST_REQUIRE((document != blocks.end()));
  write("flow.json", document->content);
  write("README.md", readme);
  auto ran = command({"run", "flow.json", "--input", "file=README.md", "-q"});
  std::istringstream in{readme};
  auto words = std::distance(std::istream_iterator<std::string>{in}, {});
  auto lines = 1 + std::count(readme.begin(), readme.end(), '\n');
  BOOST_TEST(ran.out == std::to_string(lines) + " lines, " + std::to_string(words) + " words\n",
             ran.err);
}

BOOST_AUTO_TEST_CASE(every_program_of_the_book_prints_what_stands_beside_it) {
  auto built = std::getenv("TROUPE_LISTINGS");
  BOOST_REQUIRE(built);
  for (auto folder : {"examples/extend", "docs/tutorial"})
    for (auto& source : files_in(source_folder() / folder, {".cpp"})) {
      scratch_folder here;
      fs::copy(source.parent_path(), here.path());
      auto program = fs::path{built} / source.stem();
      BOOST_TEST(std::system((program.string() + " > .printed 2>&1").c_str()) == 0);
      check_golden(fs::path{source}.replace_extension(".expected"), here.read(".printed"));
    }
}

BOOST_AUTO_TEST_CASE(every_listing_stands_in_a_page) {
  auto text = all_pages();
  for (auto folder : {"examples/extend", "examples/testing", "docs/tutorial"})
    for (auto& file : files_in(source_folder() / folder, {".cpp", ".json", ".yaml", ".jsonl"}))
      BOOST_TEST((text.find(file.filename().string() + ")") != std::string::npos),
                 file << " is quoted by no page");
}

BOOST_AUTO_TEST_CASE(every_link_leads_to_a_file) {
  std::regex link{"\\]\\(([^)#: ]+)(#[^)]*)?\\)"};
  for (auto& page : pages()) {
    auto text = read_text(source_folder() / page);
    for (std::sregex_iterator at{text.begin(), text.end(), link}, end; at != end; ++at) {
      auto target = (source_folder() / page).parent_path() / (*at)[1].str();
      BOOST_TEST(fs::exists(target), page << " leads to " << (*at)[1]);
    }
  }
}

BOOST_AUTO_TEST_CASE(whoever_wants_to_change_something_is_sent_to_places_that_are_there) {
  auto text = read_text(source_folder() / "CONTRIBUTING.md");
  std::regex place{"`([a-z]+/[a-z_/.]+)`"};
  for (std::sregex_iterator at{text.begin(), text.end(), place}, end; at != end; ++at)
    BOOST_TEST(fs::exists(source_folder() / (*at)[1].str()), "there is no " << (*at)[1]);
}

BOOST_AUTO_TEST_SUITE_END()
