/** Tests of the keystore. */
@NullMarked
package io.lesnode.app.keystore;

import org.jspecify.annotations.NullMarked;
