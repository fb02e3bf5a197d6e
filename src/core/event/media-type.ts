// Manifests and configurations of images, by Docker and by OCI. Charts, signatures and other artifacts have their own.
const IMAGE = /^application\/vnd\.(?:docker\.distribution\.manifest|docker\.container\.image|oci\.image)\./;

/** True for the media type of an image's manifest, index or configuration; false for those of other artifacts. */
export const isImageMediaType = (mediaType: string): boolean => IMAGE.test(mediaType);
