/** The camera, which nobody has to use. Loaded when somebody does. */
export class Camera {
  private constructor(readonly stream: MediaStream) {}

  /** Asks the person, so call it after a click. What the browser throws says why not (see problemOf). */
  static async open(lost: () => void, deviceId?: string): Promise<Camera> {
    const device = deviceId ? { exact: deviceId } : undefined;
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { deviceId: device, width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 24, max: 30 } },
    });
    for (const track of stream.getTracks()) track.addEventListener("ended", lost);
    return new Camera(stream);
  }

  get deviceId(): string | undefined {
    return this.stream.getVideoTracks()[0]?.getSettings().deviceId;
  }

  close(): void {
    for (const track of this.stream.getTracks()) track.stop();
  }
}

/** Cameras to choose from; browsers name them only after the person has said yes. */
export async function cameras(): Promise<readonly (readonly [id: string, name: string])[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === "videoinput" && device.label).map((device) => [device.deviceId, device.label] as const);
}
