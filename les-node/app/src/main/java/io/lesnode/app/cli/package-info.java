/**
 * The command line: one class per command, the flags they share, and the way a failure is told to a
 * person.
 *
 * <p>Public types: {@link io.lesnode.app.cli.LesCommandLine}. Runs on the main thread; imports
 * everything above it is allowed to, and nothing imports it but {@code io.lesnode.app.Les}.
 */
@NullMarked
package io.lesnode.app.cli;

import org.jspecify.annotations.NullMarked;
