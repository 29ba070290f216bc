/** What reads of the store cost, warm and cold. */
@NullMarked
package io.lesnode.benchmarks.store;

import org.jspecify.annotations.NullMarked;
