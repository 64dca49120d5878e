# What the docs page is made of comes from npm, at the versions and hashes of browser/package-lock.json, and is
# put into the gateway itself: nothing is vendored, and a running gateway fetches nothing. No package's install
# script runs. Without a registry there is no page, and a build all the same. It lands in build/PRESET/browser/node_modules, for tests too.
find_program(BEARWARD_NPM npm)
if(NOT BEARWARD_NPM)
  message(FATAL_ERROR "npm is missing: the assets of the docs page come from it; run scripts/install-packages build")
endif()
enable_language(ASM)

set(browser ${CMAKE_BINARY_DIR}/browser)
set(BEARWARD_BROWSER_MODULES ${browser}/node_modules)
set(omitted --omit=dev)
if(BEARWARD_TESTS)
  set(omitted --include=dev)
endif()
set(swagger_assets swagger-ui-bundle.js swagger-ui-bundle.js.LICENSE.txt swagger-ui.css favicon-32x32.png)
list(TRANSFORM swagger_assets PREPEND ${BEARWARD_BROWSER_MODULES}/swagger-ui-dist/)
add_custom_command(
  OUTPUT ${swagger_assets}
  COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_SOURCE_DIR}/browser/package.json ${CMAKE_SOURCE_DIR}/browser/package-lock.json
    ${CMAKE_SOURCE_DIR}/browser/.npmrc ${browser}
  COMMAND ${CMAKE_SOURCE_DIR}/cmake/install_browser_assets.sh ${BEARWARD_NPM} ${browser} ${omitted} ${swagger_assets}
  DEPENDS ${CMAKE_SOURCE_DIR}/browser/package.json ${CMAKE_SOURCE_DIR}/browser/package-lock.json
    ${CMAKE_SOURCE_DIR}/browser/.npmrc
  COMMENT "Installing the assets of the docs page from npm"
  VERBATIM)

# bearward_embed(TARGET SYMBOL FILE ...): each file's bytes lie in the target, from bearward_SYMBOL to
# bearward_SYMBOL_end.
function(bearward_embed target)
  set(assembly ".section .rodata\n")
  set(files)
  while(ARGN)
    list(POP_FRONT ARGN symbol file)
    string(APPEND assembly ".global bearward_${symbol}\n.global bearward_${symbol}_end\nbearward_${symbol}:\n"
      ".incbin \"${file}\"\nbearward_${symbol}_end:\n")
    list(APPEND files ${file})
  endwhile()
  string(APPEND assembly ".section .note.GNU-stack,\"\",@progbits\n")
  set(source ${browser}/embedded.S)
  file(CONFIGURE OUTPUT ${source} CONTENT "${assembly}" @ONLY)
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${files}")
  target_sources(${target} PRIVATE ${source})
endfunction()
