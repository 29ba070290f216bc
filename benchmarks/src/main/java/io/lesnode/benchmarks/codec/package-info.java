/** What messages and the parts of a chain cost to write and to read. */
@NullMarked
package io.lesnode.benchmarks.codec;

import org.jspecify.annotations.NullMarked;
