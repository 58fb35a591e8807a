// Catches what goes wrong while a page is drawn, so that it is said, and never a blank page.
import { Component, type ComponentChildren, type JSX } from "preact";
import { asFailure } from "./api";
import { Trouble } from "./parts";

export class Boundary extends Component<{ children: ComponentChildren }, { error: unknown }> {
  override state = { error: null };

  static override getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override componentDidCatch(error: unknown): void {
    console.error(error);
  }

  override render(): ComponentChildren {
    return this.state.error ? <Broken error={this.state.error} /> : this.props.children;
  }
}

function Broken({ error }: { error: unknown }): JSX.Element {
  return (
    <main>
      <h1>Amends</h1>
      <Trouble failure={asFailure(error)} again={() => location.reload()} />
    </main>
  );
}
