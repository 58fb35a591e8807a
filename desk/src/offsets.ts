// Findings count code points, the editor counts UTF-16 units.

const PAIR = /[\ud800-\udbff][\udc00-\udfff]/;

// Gives the place in UTF-16 units of a place in code points; a place beyond the end is the end.
export function placesIn(text: string): (codePoints: number) => number {
  if (!PAIR.test(text)) return (place) => Math.min(place, text.length);
  const places: number[] = [];
  let at = 0;
  for (const character of text) {
    places.push(at);
    at += character.length;
  }
  places.push(at);
  return (place) => places[Math.min(place, places.length - 1)] ?? at;
}

export function oneLineEnd(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}
