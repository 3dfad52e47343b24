// Foyer: pictures that cannot be sent as they are, too large or of another kind, are drawn anew, small enough. What is
// drawn anew is the right way up and has nothing but its pixels: no place, no camera, no date.
(() => {
  "use strict";

  const { make } = globalThis.foyer;

  const HEAD = 262144; // Bytes in which a picture says what it is.
  const MOST = 120e6; // Pixels that are opened: each takes four bytes of a phone's memory.
  const AREA = 12.5e6; // Pixels that are drawn; a canvas of Safari has 16.7 million, a phone's photo mostly 12.
  const SIDE = 16384; // And the longest side of a canvas.
  const QUALITY = 0.85;

  // Width times height by the frame of a JPG; 0 where it comes too late to tell.
  function framed(view) {
    for (let at = 2; at + 9 < view.byteLength && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
      const marker = view.getUint8(at + 1);
      if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return view.getUint16(at + 5) * view.getUint16(at + 7);
    }
    return 0;
  }

  // What a file is by its first bytes, whatever it is called. `kind` is empty for what is no picture, `pixels` 0 where
  // it is not known, `moving` true for what would no longer move when drawn anew.
  async function look(file) {
    if (!/^image\//.test(file.type) && !/(^[^.]*|\.(jpe?g|png|gif|hei[cf]|webp|avif|bmp|tiff?))$/i.test(file.name)) return { kind: "" };
    const view = new DataView(await file.slice(0, HEAD).arrayBuffer());
    const text = new TextDecoder("latin1").decode(view);
    const pixels = text.startsWith("\xff\xd8\xff") ? framed(view) : 0;
    if (/^\xff\xd8\xff/.test(text)) return { kind: "jpeg", pixels };
    if (text.slice(1, 4) === "PNG" && view.byteLength > 24) return { kind: "png", pixels: view.getUint32(16) * view.getUint32(20), moving: text.includes("acTL") };
    if (text.startsWith("GIF8")) return { kind: "gif", moving: true };
    if (/^RIFF[^]{4}WEBP/.test(text)) return { kind: "webp", moving: text.slice(0, 64).includes("ANIM") };
    if (/^[^]{4}ftyp(hei|hev|mif1|msf1)/.test(text)) return { kind: "heic" };
    if (/^[^]{4}ftypavi[fs]/.test(text)) return { kind: "avif", moving: text.slice(8, 12) === "avis" };
    return { kind: /^(BM|II\*\0|MM\0\*)/.test(text) ? "other" : "" };
  }

  // Browsers that guard against recognition give noise instead of what was drawn. Better no picture than that.
  function honest() {
    const context = make("canvas", { width: 2, height: 1 }).getContext("2d", { willReadFrequently: true });
    const colours = ["#c86432", "#3264c8"];
    colours.forEach((colour, at) => {
      context.fillStyle = colour;
      context.fillRect(at, 0, 1, 1);
    });
    const wanted = [200, 100, 50, 255, 50, 100, 200, 255];
    return context.getImageData(0, 0, 2, 1).data.every((value, at) => Math.abs(value - wanted[at]) < 4);
  }

  function transparent(context, { width, height }) {
    for (let top = 0; top < height; top += 256) { // A band at a time: all at once would be fifty megabytes.
      const { data } = context.getImageData(0, top, width, Math.min(256, height - top));
      for (let at = 3; at < data.length; at += 4) if (data[at] < 255) return true;
    }
    return false;
  }

  // Returns a file of at most `limit` bytes; null where this browser cannot make one, or nobody waits for it any more.
  // It is a JPG, and a PNG where something shines through.
  async function redraw(file, { kind, pixels = 0 }, limit, gone) {
    if (pixels > MOST) return null;
    let picture;
    try {
      picture = await createImageBitmap(file); // The right way up: every browser heeds the orientation of a file.
      const { width, height } = picture;
      if (width * height > MOST || !honest()) return null;
      let type = kind === "jpeg" || kind === "heic" ? "image/jpeg" : "";
      let scale = Math.min(1, Math.sqrt(AREA / (width * height)), SIDE / Math.max(width, height));
      for (let tries = 0; tries < 8 && !gone(); tries++) {
        const canvas = make("canvas", { width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)) });
        const context = canvas.getContext("2d", { willReadFrequently: true });
        context.imageSmoothingQuality = "high";
        context.drawImage(picture, 0, 0, canvas.width, canvas.height);
        type ||= transparent(context, canvas) ? "image/png" : "image/jpeg";
        const drawn = await new Promise((done) => canvas.toBlob(done, type, QUALITY));
        canvas.width = canvas.height = 0; // Safari frees the memory of a canvas late.
        if (drawn?.type !== type) return null;
        if (drawn.size <= limit) return new File([drawn], named(file.name, type), { type });
        scale *= Math.min(0.9, Math.sqrt(limit / drawn.size) * 0.95);
      }
    } catch {
      // Damaged, of a kind that this browser does not open, or more than it has memory for.
    } finally {
      picture?.close();
    }
    return null;
  }

  const named = (name, type) => {
    const fits = type === "image/png" ? /\.png$/i : /\.jpe?g$/i;
    return fits.test(name) ? name : name.replace(/\.[^.]*$/, "") + (type === "image/png" ? ".png" : ".jpg");
  };

  globalThis.foyer.pictures = { look, redraw };
})();
