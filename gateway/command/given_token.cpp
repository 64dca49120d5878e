#include "command/given_token.h"

#include <unistd.h>

#include "token/jws.h"

namespace bearward::command {

void GivenToken::add_to(CLI::App& command) {
  option = command.add_option("TOKEN", argument, "the token; - or none: the first line of standard input");
}

Secret GivenToken::read() const {
  if (given() && argument != "-") return Secret{argument};
  std::string line;
  char c = 0;
  while (line.size() <= token::max_token_bytes && ::read(STDIN_FILENO, &c, 1) == 1 && c != '\n') line.push_back(c);
  if (line.ends_with('\r')) line.pop_back();
  return Secret{std::move(line)};
}

}  // namespace bearward::command
