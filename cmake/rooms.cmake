# A room is a folder of gateway/, a namespace and a library, bearward_NAME. ROOMS are the rooms it may
# include (scripts/check_layers.py holds the same floors against the #include lines), LIBRARIES what it
# links from outside.
add_library(bearward_precompiled OBJECT ${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp)
target_precompile_headers(bearward_precompiled PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled.h)
target_link_libraries(bearward_precompiled PRIVATE Boost::headers Threads::Threads)

function(bearward_room name)
  cmake_parse_arguments(PARSE_ARGV 1 room "" "" "ROOMS;LIBRARIES")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/gateway/${name}/*.cpp)
  list(TRANSFORM room_ROOMS PREPEND bearward_)
  if(sources)
    add_library(bearward_${name} STATIC ${sources})
    target_precompile_headers(bearward_${name} REUSE_FROM bearward_precompiled)
    set(scope PUBLIC)
  else()
    add_library(bearward_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(bearward_${name} ${scope} ${CMAKE_SOURCE_DIR}/gateway)
  target_link_libraries(bearward_${name} ${scope} Boost::headers Threads::Threads ${room_ROOMS} ${room_LIBRARIES})
endfunction()
