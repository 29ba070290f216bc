/**
 * The command line of what measures: {@code les bench} and {@code les sim}.
 *
 * <p>Public type: {@link io.lesnode.benchmarks.cli.LabCommand}, whose sub-commands they are. A
 * command reads flags and hands them to the package that does the work.
 *
 * <p>Owner: the thread of the command.
 */
@NullMarked
package io.lesnode.benchmarks.cli;

import org.jspecify.annotations.NullMarked;
