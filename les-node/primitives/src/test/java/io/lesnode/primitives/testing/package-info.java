/** What the tests of every module share: {@link io.lesnode.primitives.testing.Vectors}. */
@NullMarked
package io.lesnode.primitives.testing;

import org.jspecify.annotations.NullMarked;
