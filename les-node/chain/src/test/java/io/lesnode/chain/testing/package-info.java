/** Test inputs of this module: chain exports and the zip of official consensus tests. */
@NullMarked
package io.lesnode.chain.testing;

import org.jspecify.annotations.NullMarked;
